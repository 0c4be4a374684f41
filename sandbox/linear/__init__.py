"""A simulated Linear. It needs graphql-core and the text of Linear's SDL, which only tests have."""

from sandbox.linear.simulator import OAUTH_TOKEN, TOKEN, LinearSimulator

__all__ = ["OAUTH_TOKEN", "TOKEN", "LinearSimulator"]
