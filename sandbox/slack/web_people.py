"""`users.*`, `usergroups.*`, `team.info`, `bots.info`. Source: docs.slack.dev/reference/methods."""

from dataclasses import replace

from sandbox.slack.methods import PAGING, Call, Kind, Method, flags, words
from sandbox.slack.shapes import bot_profile, group_json, user_json
from sandbox.slack.values import Json, User
from sandbox.slack.workspace import SlackError


def _shape(call: Call, user: User) -> Json:
    app = call.workspace.app
    return user_json(call.workspace.world, user, app=app, email="users:read.email" in app.scopes)


def users_info(call: Call) -> Json:
    """`users.info`: deleted users are found too, and say so."""
    return {"user": _shape(call, call.user())}


def users_list(call: Call) -> Json:
    """`users.list`: by cursor."""
    page, cursor = call.page(list(call.workspace.world.users.values()))
    return {
        "members": [_shape(call, u) for u in page],
        "cache_ts": int(call.workspace.world.clock()),
        "response_metadata": {"next_cursor": cursor},
    }


def users_lookup_by_email(call: Call) -> Json:
    """`users.lookupByEmail`: active people only, case ignored."""
    email = call.word("email").lower()
    for user in call.workspace.world.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": _shape(call, user)}
    raise SlackError("users_not_found")


def usergroups_list(call: Call) -> Json:
    """`usergroups.list`: disabled ones only on demand."""
    shown = [
        g for g in call.workspace.world.groups.values() if not g.disabled or call.get("include_disabled")
    ]
    users = bool(call.get("include_users"))
    return {"usergroups": [group_json(call.workspace.world, g, users=users) for g in shown]}


def usergroups_users_list(call: Call) -> Json:
    """`usergroups.users.list`: the ids of the members."""
    group = call.workspace.world.groups.get(call.word("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def usergroups_users_update(call: Call) -> Json:
    """`usergroups.users.update`: the members are exactly the given ones; at least one, and all of them active."""
    world = call.workspace.world
    group = world.groups.get(call.word("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    if group.disabled:
        raise SlackError("subteam_disabled")
    people = tuple(dict.fromkeys(call.get("users") or ()))
    if not people:
        raise SlackError("no_users_provided")
    known = [world.users.get(person) for person in people]
    if any(user is None or user.deleted or user.is_bot for user in known):
        raise SlackError("invalid_users")
    changed = replace(group, users=people)
    world.put_group(changed)
    return {"usergroup": group_json(world, changed, users=True)}


def team_info(call: Call) -> Json:
    """`team.info`: the workspace."""
    world = call.workspace.world
    return {"team": {"id": world.team_id, "name": world.team, "domain": world.team.lower()}}


def bots_info(call: Call) -> Json:
    """`bots.info`: the app's own bot."""
    app = call.workspace.app
    if call.word("bot") not in ("", app.bot_id):
        raise SlackError("bot_not_found")
    profile = bot_profile(call.workspace.world, app)
    profile.pop("team_id")
    return {"bot": {**profile, "user_id": app.bot_user}}


METHODS = (
    Method(
        name="users.info",
        run=users_info,
        tier=4,
        scopes=("users:read",),
        reads_json=False,
        required=("user",),
        arguments={**words("user", "team_id"), **flags("include_locale")},
    ),
    Method(
        name="users.list",
        run=users_list,
        tier=2,
        scopes=("users:read",),
        reads_json=False,
        arguments={**PAGING, **words("team_id"), **flags("include_locale")},
    ),
    Method(
        name="users.lookupByEmail",
        run=users_lookup_by_email,
        tier=3,
        scopes=("users:read.email",),
        reads_json=False,
        required=("email",),
        arguments=words("email", "team_id"),
    ),
    Method(
        name="usergroups.list",
        run=usergroups_list,
        tier=2,
        scopes=("usergroups:read",),
        reads_json=False,
        arguments={**words("team_id"), **flags("include_count", "include_disabled", "include_users")},
    ),
    Method(
        name="usergroups.users.list",
        run=usergroups_users_list,
        tier=2,
        scopes=("usergroups:read",),
        reads_json=False,
        required=("usergroup",),
        arguments={**words("usergroup", "team_id"), **flags("include_disabled")},
    ),
    Method(
        name="usergroups.users.update",
        run=usergroups_users_update,
        tier=2,
        scopes=("usergroups:write",),
        required=("usergroup", "users"),
        arguments={
            **words("usergroup", "team_id"),
            **flags("include_count", "is_shared"),
            "users": Kind.WORDS,
        },
    ),
    Method(
        name="team.info",
        run=team_info,
        tier=3,
        scopes=("team:read",),
        reads_json=False,
        arguments=words("team", "team_id", "domain"),
    ),
    Method(
        name="bots.info",
        run=bots_info,
        tier=3,
        scopes=("users:read",),
        reads_json=False,
        arguments=words("bot", "team_id"),
    ),
)
