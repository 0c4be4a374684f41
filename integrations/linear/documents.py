"""The operations that we send. A test holds each against Linear's own SDL.

They are fixed texts: what people wrote travels in variables only. Issues are read with `includeArchived`, because
Linear leaves archived ones out of every list and archives done ones by itself.
"""

from typing import Final

TEAM: Final = """
query Team($key: String!) {
  teams(filter: {key: {eqIgnoreCase: $key}}, first: 1) { nodes { id key } }
}
"""

# By id through the list: an issue that is not there is an empty list here, and an error with `issue(id:)`.
ISSUE_BY_ID: Final = """
query IssueById($id: ID!) {
  issues(filter: {id: {eq: $id}}, includeArchived: true, first: 1) { nodes { identifier url trashed } }
}
"""

# `issue(id:)` takes an identifier such as ENG-1 too, also one from before the issue moved to another team.
ISSUE: Final = """
query Issue($key: String!) {
  issue(id: $key) { id identifier url title trashed state { name type } }
}
"""

LABELS: Final = """
query Labels($name: String!, $team: ID!) {
  issueLabels(
    filter: {name: {eqIgnoreCase: $name}, or: [{team: {null: true}}, {team: {id: {eq: $team}}}]}
    first: 50
  ) { nodes { id isGroup retiredAt } }
}
"""

COMMENT_BY_ID: Final = """
query CommentById($id: ID!) {
  comments(filter: {id: {eq: $id}}, includeArchived: true, first: 1) { nodes { id } }
}
"""

RELATIONS: Final = """
query Relations($id: String!, $after: String) {
  issue(id: $id) {
    related: relations(first: 50, after: $after) {
      nodes { other: relatedIssue { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

INVERSE_RELATIONS: Final = """
query InverseRelations($id: String!, $after: String) {
  issue(id: $id) {
    related: inverseRelations(first: 50, after: $after) {
      nodes { other: issue { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

VIEWER: Final = """
query Viewer {
  viewer { name guest }
  organization { name }
}
"""

TEAMS: Final = """
query Teams {
  teams(first: 50) { nodes { key name } pageInfo { hasNextPage endCursor } }
}
"""

# What people choose from. The words are looked for by Linear itself.
TEAMS_NAMED: Final = """
query TeamsNamed($words: String!, $after: String) {
  teams(
    filter: {or: [{name: {containsIgnoreCase: $words}}, {key: {containsIgnoreCase: $words}}]}
    first: 100
    after: $after
  ) {
    nodes { key name }
    pageInfo { hasNextPage endCursor }
  }
}
"""

LABELS_NAMED: Final = """
query LabelsNamed($words: String!, $team: String!, $after: String) {
  issueLabels(
    filter: {
      name: {containsIgnoreCase: $words}
      or: [{team: {null: true}}, {team: {key: {eqIgnoreCase: $team}}}]
    }
    first: 100
    after: $after
  ) {
    nodes { name isGroup retiredAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""

STATES_NAMED: Final = """
query StatesNamed($words: String!, $team: String!, $after: String) {
  workflowStates(
    filter: {name: {containsIgnoreCase: $words}, team: {key: {eqIgnoreCase: $team}}}
    first: 100
    after: $after
  ) {
    nodes { name type }
    pageInfo { hasNextPage endCursor }
  }
}
"""

# What a field of a new issue can hold, for one team. Disabled people and archived projects are in no such list.
ESTIMATION: Final = """
query Estimation($team: String!) {
  team(id: $team) { issueEstimationType issueEstimationAllowZero inheritIssueEstimation }
}
"""

MEMBERS: Final = """
query Members($team: String!, $after: String) {
  team(id: $team) {
    listed: members(filter: {active: {eq: true}}, first: 250, after: $after) {
      nodes { id name displayName email isAssignable }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

PROJECTS_OF_TEAM: Final = """
query ProjectsOfTeam($team: String!, $after: String) {
  team(id: $team) {
    listed: projects(first: 250, after: $after) {
      nodes { id name }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

LABELS_FOR_TEAM: Final = """
query LabelsForTeam($team: ID!, $after: String) {
  listed: issueLabels(
    filter: {or: [{team: {null: true}}, {team: {id: {eq: $team}}}]}
    first: 250
    after: $after
  ) {
    nodes { id name isGroup retiredAt team { id } parent { id name } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

CREATE_ISSUE: Final = """
mutation CreateIssue($input: IssueCreateInput!) {
  issueCreate(input: $input) { success issue { identifier url } }
}
"""

# Nothing is read back here: these payloads must hold their object, so a failure would hide `success`.
CREATE_COMMENT: Final = """
mutation CreateComment($input: CommentCreateInput!) {
  commentCreate(input: $input) { success }
}
"""

CREATE_RELATION: Final = """
mutation CreateRelation($input: IssueRelationCreateInput!) {
  issueRelationCreate(input: $input) { success }
}
"""
