"""`/release start`: open the form."""

from bot.actions.start import open_form
from bot.commands.spec import Word

START = Word(
    word="start",
    usage="start",
    does="Start a release: a form with everything proposed, then the whole plan before anything happens",
    example="/release start",
    run=open_form,
)
