"""The command `portal`: names every subcommand and loads only the one that was asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click import Command, Context, HelpFormatter

COMMANDS = {
    "init": "Create or migrate the database, the data folder and its keys.",
    "demo": "Load the demo company once, or say who is in it.",
    "serve": "Serve the portal, with a worker beside it.",
    "worker": "Keep the search index in step and do what was put off.",
    "import": "Import files, folders or zips into a space.",
    "search": "Search as somebody.",
    "index": "Rebuild, verify or look at the search index.",
    "user": "Add people, set passwords, end access.",
    "mail-test": "Send one mail to see whether the mail server works.",
    "check": "Check the configuration and what is around it.",
    "search-eval": "Measure search on a judged collection.",
}
MODULES = {
    "import": "importing",
    "search-eval": "evaluating",
    "index": "indexes",
    "user": "users",
    "check": "checking",
    "mail-test": "mailing",
}


class LazyGroup(click.Group):
    """Subcommands by name: showing the help, or running one of them, costs nothing for the others."""

    def list_commands(self, ctx: Context) -> list[str]:
        """All names, in the order in which an installation needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of a name, loaded now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"portal.commands.{MODULES.get(cmd_name, cmd_name)}")
        command: Command = module.command
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The list in `--help`, from the texts above."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """知营 Zhiying, the knowledge portal. Settings are environment variables; `portal check` tells what they say."""


if __name__ == "__main__":
    main()
