"""schemathesis against a real server: api.py PROGRAM [--examples N] [--seed S]. Nothing may be answered
with 5xx, nothing otherwise than the document says."""
import argparse
import os
import re
import subprocess
import sys

from served import HERE, Served

CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
          "response_schema_conformance,unsupported_method,allow_header_conformance,ignored_auth,use_after_free,"
          "missing_required_header")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--examples", type=int, default=1100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    options.add_argument("--report", help="where a report of every request is left (JSON lines)")
    options = options.parse_args()
    with Served(options.program) as server:
        server.seed()
        tool = os.path.join(os.path.dirname(sys.executable), "schemathesis")
        command = [
            tool, "run", server.url + "/openapi.json", "--checks", CHECKS, "--phases", options.phases,
            "--max-examples", str(options.examples), "--seed", str(options.seed), "--no-color", "--continue-on-failure",
            "--header", f"Authorization: Bearer {server.token}", "--request-timeout", "30", "--no-shrink",
            "--suppress-health-check", "all", "--warnings", "off", "--generation-database", "none",
            # It would take away the token that all this goes by.
            "--exclude-operation-id", "revokeToken",
            # Streams of events have no end; they have tests of their own.
            "--exclude-operation-id", "followJob", "--exclude-operation-id", "followJobs",
        ]
        if options.report:
            command += ["--report", "ndjson", "--report-ndjson-path", os.path.abspath(options.report)]
        # It leaves files where it runs.
        status = subprocess.run(command, cwd=server.data, env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": HERE}).returncode
        metrics = server.call_text("/metrics")
        requests = sum(int(float(line.rsplit(" ", 1)[1])) for line in metrics.splitlines()
                       if line.startswith("lockstep_http_requests_total"))
        worst = [line for line in metrics.splitlines() if re.search(r'requests_total.*status="5xx"', line)]
        print(f"The server has answered {requests} requests; 5xx: {worst or 'none'}.")
        alive = server.process.poll() is None
        print(f"alive: {alive}; status of schemathesis: {status}")
    sys.exit(0 if alive and not worst and status == 0 else 1)


main()
