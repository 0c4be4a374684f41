"""A small workspace to begin with: a mobile team and its channels."""

from sandbox.slack.app import App
from sandbox.slack.values import Channel, User, Usergroup
from sandbox.slack.world import World

PEOPLE = (
    ("ann", "Ann Archer", "Release captain"),
    ("bo", "Bo Berg", "QA"),
    ("cleo", "Cleo Cruz", "Product"),
    ("dan", "Dan Dale", "Developer"),
    ("eve", "Eve Endo", "Viewer"),
)
CHANNELS = ("general", "releases", "builds", "regression", "critical")


def seed_app(world: World, app: App) -> None:
    """Install the app's bot user."""
    world.put_user(User(id=app.bot_user, name=app.handle, real_name=app.name, is_bot=True))


def seed_team(world: World) -> None:
    """Add five people, a user group of captains, and five public channels with everybody in them."""
    users = [
        world.put_user(
            User(
                id=world.new_id("U"),
                name=name,
                real_name=real_name,
                title=title,
                email=f"{name}@acme.example",
                is_admin=name == "ann",
            )
        )
        for name, real_name, title in PEOPLE
    ]
    ids = tuple(u.id for u in users)
    world.put_group(
        Usergroup(id=world.new_id("S"), handle="mobile-captains", name="Mobile captains", users=ids[:1])
    )
    for name in CHANNELS:
        world.put_channel(
            Channel(
                id=world.new_id("C"),
                name=name,
                creator=ids[0],
                created=int(world.clock()),
                members=ids,
                general=name == "general",
            )
        )
