"""Linear's SDL, as the simulator and the conformance tests use it.

The text is Linear's own (packages/sdk/src/schema.graphql of github.com/linear/linear) and no part of this
repository: whoever starts the simulator hands it over. The copy that tests get was cut to the operations of a release
bot, and two fields of `Issue` that we need went with the cut: they are put back here, in our words. Public programs
use them so: `relations(first: 25) { nodes { type relatedIssue { identifier } } }`.
"""

from functools import cache

from graphql import GraphQLSchema, build_schema, extend_schema, parse

RESTORED = """
type IssueRelationConnection {
  nodes: [IssueRelation!]!
  pageInfo: PageInfo!
}

extend type Issue {
  relations(after: String, before: String, first: Int, includeArchived: Boolean, last: Int): IssueRelationConnection!
  inverseRelations(
    after: String, before: String, first: Int, includeArchived: Boolean, last: Int
  ): IssueRelationConnection!
}
"""


@cache
def schema(sdl: str) -> GraphQLSchema:
    """The schema of this text, with what the cut took."""
    whole = build_schema(sdl)
    issue = whole.type_map["Issue"]
    if "relations" in getattr(issue, "fields", {}):
        return whole
    return extend_schema(whole, parse(RESTORED))
