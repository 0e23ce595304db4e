"""A mail server on a free port of 127.0.0.1 that takes mail, refuses it or says nothing, as it is told.

It writes a line of JSON for whatever happens, the port first, and ends with its standard input.
"""
import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult


def say(**event):
    print(json.dumps(event), flush=True)


def read(content):
    """What Python's library makes of a mail."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    defects = [str(defect) for part in [mail, *(mail[name] for name in mail)] for defect in part.defects]
    return {"headers": {name.lower(): str(value) for name, value in mail.items()}, "count": len(mail.items()),
            "words": mail.get_content().replace("\r\n", "\n"), "longest": max(map(len, content.split(b"\r\n"))), "defects": defects,
            "plain": content.isascii()}


class Handler:
    """Does what the options say to every command, else what a mail server does."""

    def __init__(self, answers, hang):
        self.answers = answers
        self.hang = hang

    async def refusal(self, command):
        """The reply to a command when it is not to be obeyed."""
        if self.hang == command:
            say(hangs=command)
            await asyncio.Event().wait()
        waiting = self.answers.get(command) or []
        return f"{waiting.pop(0)} as told" if waiting else None

    async def handle_MAIL(self, server, session, envelope, address, options):
        refusal = await self.refusal("MAIL")
        if refusal is None:
            envelope.mail_from = address
        return refusal or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = await self.refusal("RCPT")
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        refusal = await self.refusal("DATA")
        # It is here in any case: what the sender is told is another matter.
        said = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "refused": refusal}
        say(user=session.auth_data, tls=server.transport.get_extra_info("ssl_object") is not None, **said, **read(envelope.content))
        return refusal or "250 OK"


def authenticator(user, password, answers):
    def check(server, session, envelope, mechanism, data):
        waiting = answers.get("AUTH") or []
        if waiting:
            return AuthResult(success=False, handled=False, message=f"{waiting.pop(0)} as told")
        isRight = (data.login.decode(), data.password.decode()) == (user, password)
        return AuthResult(success=isRight, handled=False, auth_data=user)

    return check


async def silence(reader, writer):
    say(hangs="CONNECT")
    await asyncio.Event().wait()


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--login", nargs=2, metavar=("USER", "PASSWORD"))
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="offers STARTTLS, and wants it")
    parser.add_argument("--implicit", action="store_true", help="speaks TLS from the beginning")
    parser.add_argument("--answer", action="append", default=[], metavar="COMMAND=CODE,...",
                        help="the first replies to MAIL, RCPT, DATA (its end) or AUTH")
    parser.add_argument("--hang", choices=["CONNECT", "MAIL", "RCPT", "DATA"], help="the command that is not answered")
    options = parser.parse_args()
    threading.Thread(target=end_with_input, daemon=True).start()
    answers = {}
    for answer in options.answer:
        command, codes = answer.split("=")
        answers[command] = codes.split(",")
    context = None
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.tls)
    settings = {"hostname": "mail.example.org", "loop": asyncio.get_running_loop()}
    if context and not options.implicit:
        settings |= {"tls_context": context, "require_starttls": True}
    if options.login:
        settings |= {"authenticator": authenticator(*options.login, answers), "auth_required": True,
                     "auth_require_tls": context is not None and not options.implicit}
    if options.hang == "CONNECT":
        server = await asyncio.start_server(silence, "127.0.0.1", 0)
    else:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Handler(answers, options.hang), **settings), "127.0.0.1", 0,
            ssl=context if options.implicit else None)
    say(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


asyncio.run(main())
