"""The operations that we send. A test holds each against monday.com's own SDL.

They are fixed texts: what people wrote travels in variables only. No label is ever made (`create_labels_if_missing`):
a misspelt one would become a new one, and many boards do not let a member change their columns.
"""

from typing import Final

ME: Final = """
query Me {
  me { name kind status }
  account { name }
  version { value kind }
}
"""

BOARDS: Final = """
query Boards($page: Int!) {
  boards(limit: 100, page: $page, state: active, order_by: created_at) { id name type workspace { name } }
}
"""

BOARD: Final = """
query Board($board: ID!) {
  boards(ids: [$board], limit: 1, state: all) {
    id name state access_level hierarchy_type
    columns(types: [text, long_text, status, dropdown]) { id title type archived settings }
    groups { id title archived deleted }
  }
}
"""

# For other fields of an item: columns of every type, so that one that can't be filled in is told from one that is
# not there.
WHOLE_BOARD: Final = """
query WholeBoard($board: ID!) {
  boards(ids: [$board], limit: 1, state: all) {
    id name state access_level hierarchy_type
    columns { id title type archived settings }
    groups { id title archived deleted }
  }
}
"""

# Those who can be given an item. All of them are read, because monday.com's search by name is a vague one, and what
# case means in its filter by e-mail is not written anywhere.
PEOPLE: Final = """
query People($page: Int!) {
  users(limit: 1000, page: $page, status: [ACTIVE, PENDING]) { id name email }
}
"""

# The text is read back, because only the whole label is the label: what "any of" means is monday.com's business.
ITEMS_BY_TEXT: Final = """
query ItemsByText($board: ID!, $column: String!, $text: String!) {
  page: items_page_by_column_values(
    board_id: $board, columns: [{column_id: $column, column_values: [$text]}], limit: 100
  ) { cursor items { id url column_values(ids: [$column]) { text } } }
}
"""

NEXT_ITEMS: Final = """
query NextItems($cursor: String!, $column: String!) {
  page: next_items_page(cursor: $cursor, limit: 100) {
    cursor items { id url column_values(ids: [$column]) { text } }
  }
}
"""

# `items` knows archived and deleted items too, and tells their state.
ITEM: Final = """
query Item($item: ID!) {
  items(ids: [$item], limit: 1) {
    id name url state
    column_values(types: [status]) { __typename id column { title } ... on StatusValue { label is_done } }
  }
}
"""

UPDATES: Final = """
query Updates($item: ID!, $page: Int!) {
  items(ids: [$item], limit: 1) { id name url state updates(limit: 100, page: $page) { body } }
}
"""

CREATE_ITEM: Final = """
mutation CreateItem($board: ID!, $group: String, $name: String!, $values: JSON!) {
  item: create_item(
    board_id: $board, group_id: $group, item_name: $name, column_values: $values, create_labels_if_missing: false
  ) { id url }
}
"""

CREATE_UPDATE: Final = """
mutation CreateUpdate($item: ID!, $body: String!) {
  update: create_update(item_id: $item, body: $body) { id }
}
"""
