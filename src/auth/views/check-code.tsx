/** The page of phone size on which one person checks another one's code. @module */

/** What the page refers to; plain values only. */
export interface CheckCodeProps {
  /** Where codes are checked: a path of this site. */
  readonly apiUrl: string;
}

/**
 * A form that a script sends: the bearer is in the person's hands, and never in a form of
 * the browser's own. Until the script runs, nothing can be sent at all.
 */
export function CheckCodePage({ apiUrl }: CheckCodeProps) {
  return (
    <>
      <h1>Check a code</h1>
      <noscript>
        <p class="notice problem">This page needs JavaScript: it sends the code itself.</p>
      </noscript>
      <form id="check" class="stack" method="post" data-api={apiUrl} autocomplete="off">
        <div id="verdict" class="verdict" role="status" tabIndex={-1}>
          <strong id="verdict-word">Ready</strong>
          <span id="verdict-words">Ask for the code that the app shows now.</span>
        </div>
        <BearerFields />
        <div class="field" id="user-field" hidden>
          <label for="user">Whose code</label>
          <input
            id="user"
            type="text"
            autocomplete="off"
            autocapitalize="none"
            autocorrect="off"
            spellcheck={false}
            maxLength={128}
          />
        </div>
        <div class="field">
          <label for="code">Code</label>
          <input
            id="code"
            class="code"
            type="text"
            inputMode="numeric"
            autocomplete="off"
            maxLength={16}
            required
          />
        </div>
        <button type="submit" disabled>
          Check
        </button>
      </form>
      <p class="aside kept" id="kept" hidden>
        <span id="kept-words">This device keeps the token.</span>
        <button type="button" class="link" id="forget">
          Use another one
        </button>
      </p>
    </>
  );
}

/** Shown until a bearer is there that the door knows. */
function BearerFields() {
  return (
    <div class="field" id="bearer-field">
      <label for="bearer">Token</label>
      <input
        id="bearer"
        type="password"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxLength={1024}
        aria-describedby="bearer-hint"
      />
      <p class="hint" id="bearer-hint">
        Whoever runs this site makes one for you.
      </p>
      <label class="tick">
        <input id="keep" type="checkbox" /> Keep it on this device
      </label>
    </div>
  );
}
