// Evaluates an expression in the page of a browser that listens on a debugging port, and prints its value:
//   node page.js PORT EXPRESSION
'use strict';
const WebSocket = require('ws');
const [port, expression] = process.argv.slice(2);

fetch(`http://127.0.0.1:${port}/json`)
  .then(answer => answer.json())
  .then(targets => {
    const socket = new WebSocket(targets.find(target => target.type === 'page').webSocketDebuggerUrl);
    socket.on('open', () => socket.send(JSON.stringify({id: 1, method: 'Runtime.evaluate', params: {expression, returnByValue: true}})));
    socket.on('message', text => {
      const {result, exceptionDetails} = JSON.parse(text).result;
      if (exceptionDetails) throw new Error(exceptionDetails.exception.description);
      console.log(String(result.value));
      socket.close();
    });
  });
