/** The script of the page that checks codes, served as a file for the sake of a strict policy. @module */

/**
 * Plain browser JavaScript. The bearer is in memory; in storage only when the person has
 * asked for it and the door has known it. Private windows have no storage: nothing is kept.
 */
export const checkCodeScript = `'use strict';
const STORED = 'sallyport-check-bearer';
const $ = (id) => document.getElementById(id);
const form = $('check');
const button = form.querySelector('button[type=submit]');

function recall() {
  try { return localStorage.getItem(STORED) ?? ''; } catch { return ''; }
}
function keep(text) {
  try { localStorage.setItem(STORED, text); } catch {}
}
function forget() {
  try { localStorage.removeItem(STORED); } catch {}
}

let bearer = recall();

function say(kind, word, words) {
  $('verdict').className = 'verdict ' + kind;
  $('verdict-word').textContent = word;
  $('verdict-words').textContent = words;
}

function showBearer(isAsked) {
  $('bearer-field').hidden = !isAsked;
  $('bearer').required = isAsked;
  $('kept').hidden = isAsked;
  $('kept-words').textContent = recall() === ''
    ? 'The token is forgotten when you leave.' : 'This device keeps the token.';
}

/** The door knows the bearer: from here on it is not asked for again. */
function accept() {
  if ($('bearer').value !== '') {
    if ($('keep').checked) keep(bearer);
    $('bearer').value = '';
  }
  showBearer(false);
}

function wait(seconds) {
  button.disabled = true;
  const endsAt = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((endsAt - Date.now()) / 1000);
    button.textContent = left > 0 ? 'Wait ' + left + ' s' : 'Check';
    button.disabled = left > 0;
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
}

function judge(status, valid, retryAfter) {
  if (status === 200 && valid === true) {
    accept();
    $('code').value = '';
    return say('good', 'OK', 'The code is right. It cannot be used again.');
  }
  if (status === 200) {
    accept();
    $('code').select();
    return say('bad', 'Not valid', 'The code is wrong, too old, or has been used before.');
  }
  if (status === 400) {
    accept();
    $('user-field').hidden = false;
    $('user').required = true;
    $('user').focus();
    return say('ask', 'Whose code?', 'This token is for several people. Name the one you mean.');
  }
  if (status === 401) {
    showBearer(true);
    $('bearer').focus();
    return say('ask', 'Token refused', 'It is mistyped, has expired, or was revoked. The code was not checked.');
  }
  if (status === 403) {
    showBearer(true);
    return say('ask', 'Not allowed', 'This token may not check that code.');
  }
  if (status === 429) {
    const seconds = Number(retryAfter) || 30;
    wait(seconds);
    return say('ask', 'Too many tries', 'The code was not checked. Wait ' + seconds + ' seconds.');
  }
  say('ask', 'No answer', 'The door cannot answer just now (' + status + '). The code was not checked.');
}

async function check(code, user) {
  let answer;
  try {
    answer = await fetch(form.dataset.api, {
      method: 'POST',
      headers: { authorization: 'Bearer ' + bearer, 'content-type': 'application/json' },
      body: JSON.stringify(user === '' ? { code } : { code, user }),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(10000),
    });
    const body = answer.status === 200 ? await answer.json() : {};
    judge(answer.status, body.valid, answer.headers.get('retry-after'));
  } catch {
    say('ask', 'No connection', 'Nobody could be asked. The code was not checked; try again.');
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if ($('bearer').value !== '') bearer = $('bearer').value.trim();
  button.disabled = true;
  say('', 'Checking…', '');
  await check($('code').value.replace(/\\s/g, ''), $('user').value.trim());
  if (!button.textContent.startsWith('Wait')) button.disabled = false;
  if (document.activeElement === document.body) $('code').focus();
});

$('forget').addEventListener('click', () => {
  bearer = '';
  forget();
  showBearer(true);
  $('bearer').focus();
  say('', 'Ready', 'Ask for the code that the app shows now.');
});

showBearer(bearer === '');
button.disabled = false;
(bearer === '' ? $('bearer') : $('code')).focus();
`;
