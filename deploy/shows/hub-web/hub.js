'use strict';

// What belongs to this show: change it together with hub.yaml.
const SHOW = {
  webSocketPort: 9980,
  scenes: ['intro', 'high_energy', 'finale'],
  parameters: [
    {label: 'Volume', operator: '/project1/audio/master_volume', parameter: 'gain', min: 0, max: 1},
    {label: 'Size', operator: '/project1/geo1', parameter: 'sx', min: 0.1, max: 3},
    {label: 'Camera x', operator: '/project1/cam1', parameter: 'tx', min: -10, max: 10},
    {label: 'Camera z', operator: '/project1/cam1', parameter: 'tz', min: -10, max: 10},
    {label: 'Fader 1', operator: '/project1/faders', parameter: 'Fader1', min: 0, max: 1},
    {label: 'Fader 2', operator: '/project1/faders', parameter: 'Fader2', min: 0, max: 1},
    {label: 'Fader 3', operator: '/project1/faders', parameter: 'Fader3', min: 0, max: 1},
    {label: 'Fader 4', operator: '/project1/faders', parameter: 'Fader4', min: 0, max: 1},
  ],
};

const OPENS_WITHIN_MS = 5000;
const SILENT_AFTER_MS = 12000; // the node says something every 5 s
const ANSWERS_WITHIN_MS = 3000;
const RETRY_MS = {first: 500, most: 10000};
const SENT_EVERY_MS = 40; // while a fader is moved
const MESSAGES_SHOWN = 100;

const byId = id => document.getElementById(id);

function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text; // never HTML: it came from the network
  if (className) made.className = className;
  return made;
}

// --- The connection: shown as open only while the node is heard.

const connection = {
  socket: null, retryMs: RETRY_MS.first, nextTry: 0, watchdog: 0,

  open() {
    clearTimeout(this.nextTry);
    show('connecting', 'connecting…');
    const socket = new WebSocket(`ws://${location.hostname}:${SHOW.webSocketPort}/`);
    this.socket = socket;
    socket.onmessage = event => { if (socket === this.socket) this.heard(event.data); };
    socket.onclose = () => { if (socket === this.socket) this.lost('the node has closed the connection, or cannot be reached'); };
    this.watch(OPENS_WITHIN_MS, 'the node does not answer');
  },

  heard(text) {
    this.watch(SILENT_AFTER_MS, 'the node has fallen silent');
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame.type === 'welcome') {
      this.retryMs = RETRY_MS.first;
      show('open', `connected to ${location.hostname}`);
      this.send({type: 'request_status'});
    }
    received(frame);
  },

  watch(ms, problem) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lost(problem), ms);
  },

  lost(why) {
    clearTimeout(this.watchdog);
    clearTimeout(this.nextTry);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
    const wait = this.retryMs * (0.75 + Math.random() / 2); // pages do not all come back at the same moment
    this.retryMs = Math.min(2 * this.retryMs, RETRY_MS.most);
    this.nextTry = setTimeout(() => this.open(), wait);
    show('lost', `NOT CONNECTED: ${why}. Trying again in ${Math.ceil(wait / 1000)} s.`);
    forgetAll();
  },

  isOpen() {
    return document.body.dataset.connection === 'open' && this.socket?.readyState === WebSocket.OPEN;
  },

  send(frame) {
    if (this.isOpen()) this.socket.send(JSON.stringify(frame));
    return this.isOpen();
  },

  tryNow() {
    if (!this.socket) this.open();
  },
};

function show(state, text) {
  document.body.dataset.connection = state;
  byId('connection').textContent = text;
  byId('retry').hidden = state !== 'lost';
  byId('stop-said').textContent = state === 'open' ? '' : 'Not connected: this button does nothing now.';
  document.querySelectorAll('#stop, #scenes button, #parameters input').forEach(control => { control.disabled = state !== 'open'; });
}

function received(frame) {
  switch (frame.type) {
    case 'message': passed(frame); break;
    case 'status_update': status(frame.status); break;
    case 'periodic_status': status(frame.data); break;
    case 'control_response': answered(frame); break;
    case 'parameter_response': faders.get(key(frame))?.answered(frame); break;
    case 'emergency_stop':
      latch('');
      connection.send({type: 'request_status'});
      break;
    case 'error': console.warn('the node says:', frame.error); break;
  }
}

/** What an open connection had told: after its end nobody knows. */
function forgetAll() {
  asked.clear();
  faders.forEach(fader => fader.forget());
  byId('scene').textContent = 'not known';
  byId('scene-said').textContent = '';
  markScene(null);
  showAge();
}

// --- What was asked for, until it is answered: no answer is said too.

const asked = {
  waiting: new Map(),
  ask(action, output, frame) {
    this.answered(action);
    if (!connection.send(frame)) {
      output.textContent = 'Not sent: the connection is lost.';
      return;
    }
    this.waiting.set(action, setTimeout(() => {
      this.waiting.delete(action);
      output.textContent = 'No answer yet: not known whether it was done.';
    }, ANSWERS_WITHIN_MS));
  },
  answered(action) {
    clearTimeout(this.waiting.get(action));
    this.waiting.delete(action);
  },
  clear() {
    this.waiting.forEach(clearTimeout);
    this.waiting.clear();
  },
};

function answered(frame) {
  asked.answered(frame.action);
  const isStop = frame.action === 'emergency_stop';
  const said = byId(isStop ? 'stop-said' : 'scene-said');
  const what = isStop ? 'The stop' : `Scene ${frame.scene_name}`;
  said.textContent = frame.success ? (isStop ? 'The stop has been raised.' : `${what} has started.`) : `${what} was refused: ${frame.error}`;
  connection.send({type: 'request_status'});
}

// --- Emergency stop

byId('stop').onclick = () => {
  byId('stop-said').textContent = 'Stop asked for…';
  asked.ask('emergency_stop', byId('stop-said'), {type: 'control', action: 'emergency_stop'});
};

function latch(detail) {
  byId('latched').hidden = false;
  byId('latched').textContent = `EMERGENCY STOP is in force${detail}. To end it, on a show machine: cuewire estop clear`;
}

function emergency(state) {
  if (!state.latched) {
    if (!byId('latched').hidden) byId('stop-said').textContent = 'The stop has been cleared.';
    byId('latched').hidden = true;
    return;
  }
  const unconfirmed = (state.confirmations ?? []).filter(each => each.state !== 'confirmed');
  const who = state.node ? `, raised on ${state.node}` : '';
  const reason = state.reason ? ` (${state.reason})` : '';
  const missing = unconfirmed.length
    ? ` — NOT CONFIRMED by ${unconfirmed.map(each => `${each.endpoint} on ${each.node}${each.error ? `: ${each.error}` : ''}`).join(', ')}`
    : '';
  latch(who + reason + missing);
}

// --- Scenes

SHOW.scenes.forEach(name => {
  const button = element('button', name);
  button.type = 'button';
  button.onclick = () => {
    byId('scene-said').textContent = `Scene ${name} asked for…`;
    asked.ask('scene_change', byId('scene-said'), {type: 'control', action: 'scene_change', scene_name: name});
  };
  byId('scenes').append(button);
});

function markScene(current) {
  for (const button of byId('scenes').children) {
    if (button.textContent === current) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}

// --- Parameters: a fader shows what the show says, and not what somebody wished.

const key = each => `${each.operator}/${each.parameter}`;
const faders = new Map(SHOW.parameters.map(each => [key(each), fader(each)]));

function fader({label, operator, parameter, min, max}) {
  const box = element('div', '', 'fader unknown');
  const input = element('input', '');
  Object.assign(input, {type: 'range', min, max, step: 'any', value: min, id: `${operator}/${parameter}`});
  const name = element('label', label);
  name.htmlFor = input.id;
  const output = element('output', 'not known');
  const problem = element('span', '', 'problem');
  problem.setAttribute('role', 'status');
  box.append(name, output, input, problem);
  byId('parameters').append(box);

  let known = null; // what the show has said last
  let wished = null; // what was moved and not sent yet
  let pause = 0; // runs while nothing more is sent
  let held = false;

  const draw = () => {
    box.classList.toggle('unknown', known === null);
    output.textContent = known === null ? 'not known' : known.toFixed(3);
    if (known !== null && !held && wished === null) input.value = known;
    input.setAttribute('aria-valuetext', output.textContent);
  };
  const send = () => {
    pause = 0;
    if (wished === null) return;
    const value = wished;
    wished = null;
    if (connection.send({type: 'parameter', operator, parameter, value})) pause = setTimeout(send, SENT_EVERY_MS);
  };
  input.oninput = () => {
    held = true;
    wished = input.valueAsNumber;
    if (!pause) send();
  };
  input.onchange = () => {
    held = false;
    setTimeout(draw, ANSWERS_WITHIN_MS); // back to what is known, should nothing be answered
  };
  input.onblur = () => { held = false; draw(); };

  const is = value => {
    if (typeof value !== 'number') return;
    known = value;
    draw();
  };
  const answered = frame => {
    problem.textContent = frame.success ? '' : `Refused: ${frame.error}`;
    if (frame.success) {
      is(frame.value);
    } else {
      held = false;
      draw();
    }
  };
  const forget = () => {
    known = wished = null;
    held = false;
    problem.textContent = '';
    draw();
  };
  draw();
  return {is, answered, forget};
}

// --- Status

const GOOD = ['up', 'connected', 'listening', 'standby'];
const DOUBTFUL = ['joining', 'leaving', 'starting', 'connecting', 'stale'];
let statusAt = 0;

function status(state) {
  statusAt = Date.now();
  byId('show').textContent = `${state.show} on ${state.node}${state.cluster === 'member' ? '' : ` (${state.cluster})`}`;
  document.title = `${state.show} — Cuewire`;
  byId('scene').textContent = state.scene ? state.scene.name : 'none yet';
  markScene(state.scene?.name);
  emergency(state.emergency);
  rows('nodes', state.nodes, each => [cell(each.name), stateCell(each.state), cell(each.warning)]);
  rows('endpoints', state.endpoints, each => [
    cell(each.name), cell(each.node), stateCell(each.state),
    cell([each.reason, each.last_error && !GOOD.includes(each.state) ? each.last_error : ''].filter(Boolean).join(': ')),
    cell(each.in, 'number'), cell(each.out, 'number'), cell(each.dropped, 'number'),
  ]);
  showAge();
}

function showAge() {
  if (!statusAt) return;
  const seconds = Math.round((Date.now() - statusAt) / 1000);
  const old = !connection.isOpen() || seconds * 1000 > SILENT_AFTER_MS;
  byId('age').textContent = old ? `OLD: as it was ${seconds} s ago; how it is now is not known.` : `as of ${seconds} s ago`;
  document.querySelectorAll('#nodes, #endpoints').forEach(body => body.classList.toggle('old', old));
}
setInterval(showAge, 1000);

function cell(text, className) {
  return element('td', text ?? '', className);
}

function stateCell(state) {
  return cell(state, GOOD.includes(state) ? 'good' : DOUBTFUL.includes(state) ? 'doubt' : 'bad');
}

function rows(id, items, cells) {
  byId(id).replaceChildren(...items.map(each => {
    const row = document.createElement('tr');
    row.append(...cells(each));
    return row;
  }));
}

// --- Messages, drawn once per frame however many there are

const messages = [];
let drawing = 0;

function passed(frame) {
  if (!frame.source) faders.get(frame.address)?.is(frame.args[0]); // said by the show itself; what only passes has set nothing
  if (byId('pause').getAttribute('aria-pressed') === 'true') return;
  messages.unshift(frame);
  messages.length = Math.min(messages.length, MESSAGES_SHOWN);
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    rows('messages', messages, each => [
      cell(new Date(each.timestamp * 1000).toLocaleTimeString()), cell(each.source || 'the show'),
      cell(each.address), cell(each.args.map(value => JSON.stringify(value)).join(' ')),
    ]);
  });
}

byId('pause').onclick = event => {
  const paused = event.target.getAttribute('aria-pressed') !== 'true';
  event.target.setAttribute('aria-pressed', String(paused));
};

byId('retry').onclick = () => connection.tryNow();
addEventListener('online', () => connection.tryNow());
document.addEventListener('visibilitychange', () => { if (!document.hidden) connection.tryNow(); });
connection.open();
