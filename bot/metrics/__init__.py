"""What can be measured of a bot: `Instruments` are the metrics, `Counting` fills them, `Gathering` asks the database.

Labels are names from our own tables, never a tenant, a person, a release or a secret: how many series there are does
not depend on how many people use us. `docs/metrics.md` lists them all.
"""

from bot.metrics.observatory import Observatory

__all__ = ["Observatory"]
