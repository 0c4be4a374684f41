"""The conditions of Stage 3's gate, one file each."""
