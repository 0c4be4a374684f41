"""The JSON of a project and of the account that asks for it."""

from typing import Any

from sandbox.gitlab.hosting import Account, Hosted, when

OFF = (
    "allow_merge_on_skipped_pipeline",
    "auto_devops_enabled",
    "ci_restrict_pipeline_cancellation_role",
    "enforce_auth_checks_on_uploads",
    "mirror",
    "mirror_overwrites_diverged_branches",
    "mirror_trigger_builds",
    "only_allow_merge_if_all_discussions_are_resolved",
    "only_allow_merge_if_pipeline_succeeds",
    "only_mirror_protected_branches",
    "packages_enabled",
    "request_access_enabled",
    "service_desk_enabled",
    "snippets_enabled",
    "wiki_enabled",
    "empty_repo",
    "warn_about_potentially_unwanted_characters",
    "container_registry_enabled",
)

BORN = "2026-01-05T08:00:00.000Z"
"""When the accounts were made."""

UNTOLD = (
    *(
        "bio",
        "created_by",
        "current_sign_in_at",
        "discord",
        "followers",
        "following",
        "is_admin",
        "is_followed",
    ),
    *(
        "job_title",
        "linkedin",
        "local_time",
        "location",
        "namespace_id",
        "note",
        "organization",
        "private_profile",
    ),
    *("pronouns", "public_email", "skype", "twitter", "website_url", "work_information"),
)
"""What people may say of themselves."""


def project_json(root: str, hosted: Hosted, account: Account) -> dict[str, Any]:
    """projects/{id}, with the role of who asks."""
    group, _, name = hosted.path.rpartition("/")
    web = f"{root}/{hosted.path}"
    role = None if account.level is None else {"access_level": account.level, "notification_level": 3}
    return {
        **dict.fromkeys(OFF, False),
        "id": hosted.id,
        "name": name,
        "path": name,
        "name_with_namespace": hosted.path.replace("/", " / "),
        "path_with_namespace": hosted.path,
        "namespace": {"id": 1, "name": group, "path": group, "kind": "group", "full_path": group},
        "description": None,
        "default_branch": hosted.default_branch,
        "visibility": "private" if hosted.private else "public",
        "archived": hosted.archived,
        "created_at": when(0),
        "last_activity_at": when(hosted.clock()),
        "web_url": web,
        "http_url_to_repo": f"{web}.git",
        "ssh_url_to_repo": f"git@localhost:{hosted.path}.git",
        "merge_method": "merge",
        "ci_pipeline_variables_minimum_override_role": hosted.variables_role,
        "permissions": {"project_access": role, "group_access": None},
    }


def token_json(account: Account) -> dict[str, Any]:
    """personal_access_tokens/self; it never shows the token."""
    return {
        "id": account.id,
        "name": account.token_name,
        "revoked": False,
        "created_at": when(0),
        "description": None,
        "scopes": list(account.scopes),
        "user_id": account.id,
        "last_used_at": when(0),
        "active": True,
        "expires_at": account.expires,
    }


def user_json(root: str, account: Account) -> dict[str, Any]:
    """A user, by itself and in another object."""
    return {
        "id": account.id,
        "username": account.username,
        "name": account.username,
        "state": "active",
        "locked": False,
        "avatar_url": f"{root}/avatars/{account.id}",
        "web_url": f"{root}/{account.username}",
    }


def own_json(root: str, account: Account) -> dict[str, Any]:
    """A user as it sees itself; what a bot's account leaves empty is empty."""
    return {
        **dict.fromkeys(UNTOLD),
        **user_json(root, account),
        **dict.fromkeys(("confirmed_at", "created_at", "last_sign_in_at"), BORN),
        "last_activity_on": BORN[:10],
        "email": f"{account.username}@noreply.example.com",
        "identities": [],
        "bot": True,
        "color_scheme_id": 1,
        "theme_id": 1,
        "projects_limit": 0,
        **dict.fromkeys(("can_create_group", "can_create_project", "external", "two_factor_enabled"), False),
    }
