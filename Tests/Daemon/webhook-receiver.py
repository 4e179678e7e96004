#!/usr/bin/env python3
"""Takes webhooks on a free port of loopback, whose URL it prints. The first two messages are answered 503. Of each one that is
taken a line is written: NUMBER EVENT RECIPE-OR-KIND; of one whose signature is wrong: BAD.
    webhook-receiver.py SECRET-FILE LOG [URL-TO-LISTEN-ON]"""
import hashlib, hmac, http.server, json, sys, time
from urllib.parse import urlsplit

secret = open(sys.argv[1], "rb").read().strip()
log = open(sys.argv[2], "a", buffering=1)
refused = 0


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global refused
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = dict(part.split("=") for part in self.headers["Apkfarm-Signature"].split(","))
        code = hmac.new(secret, fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
        message = json.loads(body)
        good = hmac.compare_digest(code, fields["v1"]) and abs(time.time() - int(fields["t"])) < 300
        good = good and str(message["number"]) == self.headers["Apkfarm-Number"]
        good = good and message["event"] == self.headers["Apkfarm-Event"]
        status = 204
        if not good:
            log.write("BAD\n")
        elif refused < 2:
            refused += 1
            status = 503
            log.write("refused\n")
        else:
            subject = message["job"]["recipe"] if "job" in message else message["alert"]["kind"]
            log.write(f"{message['number']} {message['event']} {subject}\n")
        self.send_response(status)
        self.end_headers()

    def log_message(self, *arguments):
        pass


port = urlsplit(sys.argv[3]).port if len(sys.argv) > 3 else 0
server = http.server.HTTPServer(("127.0.0.1", port), Receiver)
print(f"http://127.0.0.1:{server.server_port}/hook", flush=True)
server.serve_forever()
