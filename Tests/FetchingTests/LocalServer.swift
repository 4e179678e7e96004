import Glibc

/// An HTTP server on this machine that does what its script says; ended with the test.
final class LocalServer {
    let port: Int
    private let process: pid_t

    /// Serves the folder of `place` below `/`, without ranges; `/ranges/F` with them, answering
    /// nonsense to those far behind the end; `/cut/F` sends half of what it
    /// announces each time; `/slow/F` waits before it sends; `/busy/F` answers 503 twice, then sends; `/moved/F`
    /// redirects to `/F`. Each request is noted in the file `requests`.
    init(_ place: Workplace) throws {
        try place.write(
            Array(
                """
                import os
                os.closerange(3, 1024)  # other tests wait for the ends of their pipes
                import http.server, time
                counts = {}
                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        with open('requests', 'a') as f:
                            f.write(self.path + ' ' + self.headers.get('Range', '-') + '\\n')
                        parts = self.path.strip('/').split('/')
                        kind = parts[0] if len(parts) > 1 else ''
                        counts[self.path] = counts.get(self.path, 0) + 1
                        path = os.path.join('served', parts[-1])
                        if kind == 'moved':
                            self.send_response(302); self.send_header('Location', '/' + parts[-1])
                            self.end_headers(); return
                        if kind == 'busy' and counts[self.path] < 3: return self.send_error(503)
                        if not os.path.isfile(path): return self.send_error(404)
                        data = open(path, 'rb').read()
                        start = 0
                        if kind in ('ranges', 'cut') and 'Range' in self.headers:
                            start = int(self.headers['Range'].split('=')[1].split('-')[0])
                            if start >= len(data) and start < 350000: return self.send_error(416)
                            self.send_response(206)
                            self.send_header('Content-Range', 'bytes %d-%d/%d' % (start, len(data) - 1, len(data)))
                        else:
                            self.send_response(200)
                        self.send_header('Content-Length', str(len(data) - start)); self.end_headers()
                        rest = data[start:]
                        if kind == 'slow': time.sleep(0.5)
                        if kind == 'cut' and len(rest) > 100: rest = rest[:len(rest) // 2]
                        self.wfile.write(rest)
                    def log_message(self, *a): pass
                server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
                open('port.new', 'w').write(str(server.server_port)); os.rename('port.new', 'port')
                server.serve_forever()

                """.utf8), "server.py")
        process = try place.start("exec python3 server.py")
        try place.sh("until test -s port; do sleep 0.02; done")
        port = Int(String(decoding: try place.read("port"), as: UTF8.self)) ?? 0
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    deinit {
        // Threads of Dispatch block the milder signals, and children inherit that.
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }
}
