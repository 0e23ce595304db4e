"""Servers that keep requests waiting until a test lets them through."""

import http.client
import http.server
import json
import re
import threading
import urllib.parse


class Gate:
    """Answers requests when it is open; while it is shut they wait."""

    def __init__(self, answer):
        """Takes what answers: a function of the method, the path, the headers and the body."""
        self.turn = threading.Condition()
        self.is_open = True
        self.permits = 0
        self.waiting = 0
        self.dropped = 0
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if not gate.passes():
                    self.close_connection = True
                    return
                status, headers, text = answer(self.command, self.path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = handle_one

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """Whoever asked may be gone: tests stop servers in the middle of a request."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def passes(self):
        """Waits for its turn; says whether the request goes through."""
        with self.turn:
            dropped = self.dropped
            self.waiting += 1
            self.turn.wait_for(lambda: self.is_open or self.permits > 0 or self.dropped > dropped)
            self.waiting -= 1
            if self.dropped > dropped:
                return False
            if not self.is_open:
                self.permits -= 1
            return True

    def shut(self):
        with self.turn:
            self.is_open = False

    def let(self, number):
        """Lets so many requests through."""
        with self.turn:
            self.permits += number
            self.turn.notify_all()

    def open(self):
        with self.turn:
            self.is_open = True
            self.turn.notify_all()

    def drop(self):
        """Ends what waits, without an answer."""
        with self.turn:
            self.dropped += 1
            self.permits = 0
            self.turn.notify_all()

    def stop(self):
        self.drop()
        self.server.shutdown()
        self.server.server_close()


def before(url):
    """A gate in front of a Jira. It spoils the first ticket of each call that creates many while `spoils` is set."""
    address = urllib.parse.urlsplit(url)

    def forward(method, path, headers, body):
        if gate.spoils and path.endswith("/issue/bulk"):
            issues = json.loads(body)
            issues["issueUpdates"][0]["fields"]["summary"] = ""
            body = json.dumps(issues).encode()
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        names = ["Authorization", "Content-Type", "Accept"]
        connection.request(method, path, body or None, {name: headers[name] for name in names if headers[name]})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        names = ["Content-Type", "Retry-After"]
        return answer.status, {name: answer.headers[name] for name in names if answer.headers[name]}, text

    gate = Gate(forward)
    gate.spoils = False
    return gate


def model():
    """A model behind a gate: it speaks as OpenAI's do, and drafts a short ticket for each subject, unless it refuses."""

    def draft(_method, _path, _headers, body):
        text = json.loads(body)["messages"][-1]["content"]
        asked = json.loads(re.search(r"<request>(.*)</request>", text, re.S).group(1))
        tickets = [{"subject": subject, "summary": f"Build {subject}", "description": "It is **wanted**.",
                    "acceptance_criteria": ["It is there."]} for subject in asked["subjects"]]
        message = {"role": "assistant", "content": json.dumps({"tickets": tickets})}
        if gate.refuses:
            message = {"role": "assistant", "refusal": "I do not like this site"}
        answer = {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    gate = Gate(draft)
    gate.refuses = False
    return gate
