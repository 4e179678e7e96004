"""Serves a repository in many ways. The first part of a path is the way; every request is noted in the file 'requests'.

/plain/…   as it is, with Range, Last-Modified and If-Modified-Since
/cut/…     each package breaks off in the middle the first time
/together/…  packages wait until two are asked for at once (or ten seconds)
/lie/…     packages are other bytes
/bucket/…  as an object store that asks for signatures: what botocore signs with the same key is the authority
"""
import email.utils
import http.server
import os
import sys
import threading

folder, key, secret = sys.argv[1:4]
seen = set()
there = threading.Condition()
count = most = 0


def is_signed(handler):
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.compat import HTTPHeaders
    from botocore.credentials import Credentials

    given = handler.headers.get("Authorization", "")
    if "SignedHeaders=" not in given:
        return False
    names = given.split("SignedHeaders=")[1].split(",")[0].split(";")
    request = AWSRequest("GET", f"http://{handler.headers['Host']}{handler.path}")
    for name in names:
        request.headers[name] = handler.headers[name]
    request.context["timestamp"] = handler.headers["X-Amz-Date"]
    region = given.split("Credential=")[1].split("/")[2]
    auth = S3SigV4Auth(Credentials(key, secret), "s3", region)
    if "x-amz-content-sha256" not in request.headers:
        request.headers["X-Amz-Content-SHA256"] = auth.payload(request)
    # The names that were signed, not those that botocore would have chosen.
    signed = HTTPHeaders()
    for name in names:
        signed[name] = handler.headers[name]
    auth.headers_to_sign = lambda request: signed
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return given.endswith("Signature=" + signature)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global count, most
        way, _, name = self.path.strip("/").partition("/")
        is_package = name.endswith(".apk")
        since = self.headers.get("If-Modified-Since")
        status, body = self.answer(way, name, is_package, since)
        with there:
            with open("requests", "a") as log:
                log.write(f"{status} {self.path} {self.headers.get('Range', '-')} {'since' if since else '-'}\n")
        if body is None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = 0
        if status == 206:
            start = int(self.headers["Range"].split("=")[1].split("-")[0])
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        stamp = os.stat(os.path.join(folder, name.replace("%2B", "+"))).st_mtime
        self.send_header("Last-Modified", email.utils.formatdate(stamp, usegmt=True))
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        rest = body[start:]
        if way == "cut" and is_package and self.path not in seen:
            seen.add(self.path)
            rest = rest[: len(rest) // 2]
        if way == "together" and is_package:
            with there:
                count += 1
                most = max(most, count)
                there.notify_all()
                there.wait_for(lambda: most > 1, 10)
                open("most", "w").write(str(most))
        self.wfile.write(rest)
        if way == "together" and is_package:
            with there:
                count -= 1

    def answer(self, way, name, is_package, since):
        if way == "bucket" and not is_signed(self):
            return 403, None
        path = os.path.join(folder, name.replace("%2B", "+"))
        if not os.path.isfile(path):
            return 404, None
        if since and int(os.stat(path).st_mtime) <= email.utils.parsedate_to_datetime(since).timestamp():
            return 304, None
        body = open(path, "rb").read()
        if way == "lie" and is_package:
            body = body[:-100] + bytes(100)
        return (206 if "Range" in self.headers else 200), body

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
