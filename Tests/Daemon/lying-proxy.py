#!/usr/bin/env python3
"""lying-proxy.py URL: hands a worker's requests on to a farm, but for what it brings: the digests in what it says at the end become
paths that lead out of the upload's folder. Prints its own address."""
import http.server
import json
import sys
import urllib.error
import urllib.request

FARM = sys.argv[1]


class Proxy(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.endswith("/complete"):
            result = json.loads(body)
            result["digests"] = {name: "../../../apkfarm.conf" for name in result["digests"]}
            body = json.dumps(result).encode()
        request = urllib.request.Request(FARM + self.path, data=body or None, method=self.command)
        for name in ("Authorization", "Content-Type"):
            if name in self.headers:
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request) as response:
                status, headers, content = response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            status, headers, content = error.code, error.headers, error.read()
        self.send_response(status)
        self.send_header("Content-Type", headers.get("Content-Type", "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
