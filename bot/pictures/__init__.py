"""Pictures, drawn with matplotlib on no screen: values in, PNG out."""
