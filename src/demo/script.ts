/** The demonstration page's script, served as a file so that a strict policy could allow it. @module */

/** Plain browser JavaScript; each tool writes what happened into its own `<output>`. */
export const demoScript = `
'use strict';
const say = (id, text) => { document.querySelector('#' + id + ' output').textContent = text; };
for (const id of ['socket', 'events', 'upload']) say(id, 'Not tried yet.');

let socket;
document.querySelector('#socket button').addEventListener('click', () => {
  if (!socket || socket.readyState > 1) {
    socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/echo');
    socket.onmessage = (event) => say('socket', 'Echoed: ' + event.data);
    socket.onclose = (event) => say('socket', 'Closed (' + event.code + ').');
  }
  const greet = () => socket.send('Hello at ' + new Date().toLocaleTimeString());
  if (socket.readyState === 1) greet(); else socket.addEventListener('open', greet, { once: true });
});

let events;
document.querySelector('#events button').addEventListener('click', (click) => {
  if (events) { events.close(); events = undefined; click.target.textContent = 'Start the clock'; return; }
  events = new EventSource('/events');
  click.target.textContent = 'Stop the clock';
  events.onmessage = (event) => say('events', event.data);
  events.onerror = () => say('events', 'The stream ended; the browser tries again.');
});

document.querySelector('#upload').addEventListener('submit', async (submit) => {
  submit.preventDefault();
  say('upload', 'Uploading…');
  try {
    const file = submit.target.elements.file.files[0];
    const answer = await fetch('/upload', { method: 'POST', body: file });
    say('upload', answer.ok ? (await answer.json()).bytes + ' bytes arrived.' : 'Refused: ' + answer.status);
  } catch { say('upload', 'The upload was cut off.'); }
});
`;
