"""Answers HTTP requests on a port of 127.0.0.1 and prints each as one line of JSON.

usage: echo_server.py PORT [CERTIFICATE_AND_KEY.pem | BODIES_TO_APPEND_TO.log]

The path says how it answers: /status/503, /redirect/307/to/path, /slow (never), /half (part of an answer),
/drop (closes without one), /latin1, /huge; anything else gets 200 and "METHOD PATH BODY" as text.
"""
import http.server
import json
import socket
import ssl
import sys
import threading


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        line = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body,
                "port": self.client_address[1]}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        if bodies:
            bodies.write(body + "\n")
            bodies.flush()
        part = self.path.split("?")[0].split("/")[1:]
        if part[0] == "status":
            self.send(int(part[1]), "no " + part[1])
        elif part[0] == "redirect":
            self.send(int(part[1]), "elsewhere", {"Location": "/" + "/".join(part[2:])})
        elif part[0] == "away":
            self.send(302, "elsewhere", {"Location": "http://127.0.0.2:%s/%s" % (part[1], part[2])})
        elif part[0] == "slow":
            threading.Event().wait()
        elif part[0] == "half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            threading.Event().wait()
        elif part[0] == "drop":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif part[0] == "nonsense":
            self.wfile.write(b"220 this is no HTTP server\r\n\r\n")
            self.close_connection = True
        elif part[0] == "latin1":
            self.send(200, "Gr\u00f6\u00dfe".encode("latin-1"), {"Content-Type": "text/plain; charset=iso-8859-1"})
        elif part[0] == "huge":
            self.send(200, "x" * (2 << 20))
        elif part[0] == "closing":
            self.send(200, "bye", {"Connection": "close"})
        else:
            self.send(200, "%s %s %s" % (self.command, self.path, body))

    def send(self, status, body, headers={}):
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, request, client_address):
        pass


option = sys.argv[2] if len(sys.argv) > 2 else ""
bodies = open(option, "a") if option.endswith(".log") else None
server = Server(("127.0.0.1", int(sys.argv[1])), Echo)
if option.endswith(".pem"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(option)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print("listening", flush=True)
server.serve_forever()
