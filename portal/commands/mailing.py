"""`portal mail-test`: sends one mail, so that whoever sets up the server sees at once whether it arrives."""

from __future__ import annotations

import click

from portal.commands.speaking import open_portal, plainly
from portal.kernel import clock
from portal.platform import mail
from portal.platform.mail import Letter, MailError, PostponedError, RefusedError

MISSING = "Mail needs PORTAL_SMTP_HOST, PORTAL_SMTP_FROM and PORTAL_PUBLIC_URL; see docs/configuration.md."


@click.command("mail-test")
@click.argument("address")
@plainly
def command(address: str) -> None:
    """Send a mail to ADDRESS with the settings of this installation."""
    settings = open_portal().settings
    if not settings.has_mail:
        raise click.ClickException(MISSING)
    now = clock.now()
    text = f"知营可以发邮件了。\n\nMail from the portal at {settings.public_url} works.\n"
    letter = Letter(f"test {now.isoformat()}", address, "", "知营测试邮件 · Test mail", text)
    try:
        message = mail.compose(settings, letter, now)
        with mail.connection(settings) as server:
            mail.hand_over(server, message)
    except (MailError, PostponedError, RefusedError) as error:
        raise click.ClickException(f"The mail was not sent: {error}") from error
    click.echo(f"Sent to {address} by {settings.smtp_host}:{settings.smtp_port} ({settings.smtp_security}).")
