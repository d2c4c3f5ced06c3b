// A program of others: the WebSocket library "ws" of Node.js. Runs each line it is given, and prints what happens.
const { WebSocket, WebSocketServer } = require('ws');

let ws;
const all = [];

function watch(socket) {
  socket.on('message', (data, binary) => {
    console.log(binary ? `binary ${data.toString('hex')}` : `text ${data}`);
  });
  socket.on('ping', () => console.log('ping'));
  socket.on('pong', (data) => console.log(`pong ${data}`));
  socket.on('close', (code, reason) => console.log(`close ${code} ${reason}`.trim()));
  socket.on('error', (error) => console.log(`error ${error.message}`));
  return socket;
}

function connect(url, options) {
  ws = watch(new WebSocket(url, options));
  ws.on('open', () => console.log('open'));
}

function serve(port, options) {
  const server = new WebSocketServer({ host: '127.0.0.1', port, ...options });
  server.on('listening', () => console.log('listening'));
  server.on('connection', (socket, request) => {
    ws = watch(socket);
    console.log(`connection ${request.url}`);
  });
  return server;
}

// So many clients; says when each has got its welcome, and when each has got so many messages.
function crowd(url, count, messages) {
  let welcomed = 0;
  let served = 0;
  for (let i = 0; i < count; i++) {
    const one = new WebSocket(url);
    let got = 0;
    all.push(one);
    one.on('error', (error) => console.log(`error ${error.message}`));
    one.on('message', (data) => {
      const type = JSON.parse(data).type;
      if (type === 'welcome' && ++welcomed === count) console.log('welcomed');
      if (type === 'message' && ++got === messages && ++served === count) console.log('served');
    });
  }
}

require('readline').createInterface({ input: process.stdin })
  .on('line', (line) => eval(line))
  .on('close', () => process.exit());
console.log('ready');
