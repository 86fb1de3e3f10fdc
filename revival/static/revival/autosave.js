'use strict';
// Saves the monthly form as drafts during typing. Enter and the arrow keys move between its fields.
// Without this script the form works by its buttons. It never overwrites what the official typed, and moves the focus
// only at their keys. Rows changed by others are not saved until the official presses a button.
{
    const form = document.querySelector('form[data-autosave]');
    const status = form && form.querySelector('[role=status]');
    const PAUSE = 3000; // ms after the last key
    const AGAIN = 20000; // ms until a failed save is tried again
    const LONGEST = 20000; // ms to wait for an answer
    const LARGEST = 60000; // bytes that a browser still sends after the page is left
    const edits = new Map(); // row: how many times it was changed
    const judged = new Map(); // row: the number of the change that the server refused
    let timer = 0;
    let busy = false;
    let next = false; // another save was asked for during a save
    let button = null; // the button pressed during a save
    let leaving = false;
    // One store for each official and month. Rows have the keys of their projects, on every page of the list.
    const STORE = form && `unsaved:${form.dataset.autosave}:${location.pathname}`;
    const FIELDS = ['version', 'planned', 'completed', 'explanation'];
    const out = new Set(); // posted rows without an answer, which may be saved

    const unsaved = () => [...form.querySelectorAll('tr[data-unsaved]')];
    // A half-filled row that has the focus is no mistake yet.
    const filling = (row) => row.contains(document.activeElement) &&
        [...row.querySelectorAll('[data-column]')].some((field) => !field.value.trim());
    const waiting = () => unsaved().filter((row) => !('held' in row.dataset) && judged.get(row) !== edits.get(row) && !filling(row));
    const say = (text) => { if (status.textContent !== text) { status.textContent = text; } };
    const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };

    // A new sign-in in another window makes a new token, which is in the cookie.
    const token = () => {
        const field = form.elements.csrfmiddlewaretoken;
        const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
        if (cookie) { field.value = cookie[1]; }
        return field.value;
    };

    // Unsaved text, such as half a row, is kept in this tab until it is saved. A browser may refuse to keep it.
    const kept = () => {
        try { return JSON.parse(sessionStorage.getItem(STORE)) || {}; } catch { return {}; }
    };
    const keep = (rows) => {
        try { sessionStorage.setItem(STORE, JSON.stringify(rows)); } catch { /* nothing can be restored then */ }
    };
    const remember = () => {
        const rows = kept();
        for (const row of form.querySelectorAll('tr[data-row]')) {
            delete rows[row.id];
            if (!('unsaved' in row.dataset)) { continue; }
            const values = FIELDS.map((name) => form.elements[`${row.id}-${name}`]).map((field) => field && field.value);
            rows[row.id] = {values, out: out.has(row)};
        }
        keep(rows);
    };
    // A row is restored unless it was posted full and has another version now, which means that it was saved. It is not
    // saved until it is edited, as another person may sit here now. It keeps the version that it was typed over.
    const saved = ({values, out}, version) => out && values[0] !== version && !values[1].trim() === !values[2].trim();
    const restore = () => {
        const rows = kept();
        for (const row of form.querySelectorAll('tr[data-row]:not([data-unsaved])')) {
            const found = rows[row.id];
            const fields = FIELDS.map((name) => form.elements[`${row.id}-${name}`]);
            if (!found || saved(found, fields[0].value)) { continue; }
            fields.forEach((field, at) => { if (field && found.values[at] !== null) { field.value = found.values[at]; } });
            row.dataset.unsaved = 'restored';
            say(status.dataset.restored);
        }
        remember();
    };

    const list = (id, texts, put) => {
        const old = document.getElementById(id);
        if (old) { old.remove(); }
        if (!texts) { return; }
        const made = document.createElement('ul');
        made.className = 'errorlist';
        made.id = id;
        for (const text of texts) { made.appendChild(document.createElement('li')).textContent = text; }
        put(made);
    };

    const attribute = (field, name, value) => {
        if (value) { field.setAttribute(name, value); } else { field.removeAttribute(name); }
    };

    const mark = (row, answer) => {
        list(`${row.id}_error`, answer.errors.row, (made) => row.querySelector('[data-state]').after(made));
        for (const name of ['planned', 'completed', 'explanation']) {
            const field = form.elements[`${row.id}-${name}`];
            if (!field) { continue; }
            const texts = answer.errors[name];
            list(`${field.id}_error`, texts, (made) => field.before(made));
            attribute(field, 'aria-describedby', texts && `${field.id}_error`);
            attribute(field, 'aria-invalid', texts && answer.outcome !== 'incomplete' && 'true');
        }
    };

    const take = (answers, sent) => {
        for (const [row, count] of sent) {
            const answer = answers[row.id];
            if (!answer) { continue; }
            const good = ['saved', 'same', 'left'].includes(answer.outcome);
            if (['saved', 'same', 'stale'].includes(answer.outcome)) { // a row that is left alone keeps its old version
                form.elements[`${row.id}-version`].value = answer.version;
                row.querySelector('[data-state]').textContent = answer.state;
            }
            if (answer.outcome === 'stale') { row.dataset.held = ''; }
            if (!good && answer.outcome !== 'ready') { judged.set(row, count); }
            if (good && edits.get(row) === count) { delete row.dataset.unsaved; }
            out.delete(row);
            mark(row, answer);
        }
        remember();
    };

    const body = (rows) => {
        const data = new URLSearchParams({csrfmiddlewaretoken: token(), save: 'draft'});
        for (const field of rows.flatMap((row) => [...row.querySelectorAll('input, textarea')])) {
            data.append(field.name, field.value);
        }
        return data;
    };

    // The sentence why nothing could be saved; empty if the server answered about the rows.
    const post = async (rows) => {
        const sent = new Map(rows.map((row) => [row, edits.get(row)]));
        const data = body(rows);
        rows.forEach((row) => out.add(row));
        remember();
        const answer = await fetch(form.action, {
            method: 'POST', body: data, headers: {'X-Requested-With': 'autosave'}, redirect: 'manual',
            keepalive: data.toString().length < LARGEST, signal: AbortSignal.timeout(LONGEST),
        });
        if (answer.type === 'opaqueredirect') { return status.dataset.signedOut; }
        if (!(answer.headers.get('Content-Type') || '').startsWith('application/json')) { return status.dataset.refused; }
        const told = await answer.json();
        take(told.rows, sent);
        say(told.message);
        return '';
    };

    async function save() {
        clearTimeout(timer);
        if (busy) { next = true; return; }
        const rows = waiting();
        if (!rows.length) { return; }
        busy = true;
        const failure = await post(rows).catch(() => status.dataset.failed);
        const pressed = button;
        [busy, button] = [false, null];
        if (failure) {
            say(pressed ? `${failure} ${status.dataset.again}` : failure);
            later(AGAIN);
        } else if (pressed) {
            form.requestSubmit(pressed);
        } else if (next) {
            save();
        }
        next = false;
    }

    const move = (fields, field, by) => {
        const to = fields[fields.indexOf(field) + by];
        if (to) { to.focus(); to.select(); }
    };

    const press = (event) => {
        const field = event.target;
        if (!field.matches('input[data-column]') || event.isComposing) { return; }
        const by = {Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1}[event.key];
        if (!by) { return; }
        event.preventDefault();
        if (event.ctrlKey || event.metaKey || event.altKey) { return; }
        // Enter moves in reading order. Down a column it would leave each row half filled, and such rows are not saved.
        const along = event.key === 'Enter' ? 'input[data-column]' : `input[data-column=${field.dataset.column}]`;
        move([...form.querySelectorAll(along)], field, by);
    };

    const change = (event) => {
        const row = event.target.closest('tr[data-row]');
        if (!row) { return; }
        edits.set(row, (edits.get(row) || 0) + 1);
        row.dataset.unsaved = '';
        out.delete(row);
        remember();
        leaving = false;
        later(PAUSE);
    };

    const leave = (event) => {
        const row = event.target.closest('tr[data-unsaved]');
        if (row && !row.contains(event.relatedTarget)) { save(); }
    };

    const send = (event) => {
        clearTimeout(timer);
        if (busy) {
            button = event.submitter;
            event.preventDefault();
            return;
        }
        token();
        unsaved().forEach((row) => out.add(row));
        remember();
        leaving = true;
    };

    if (status) {
        restore();
        for (const row of unsaved()) { // rows that the server returned unsaved
            edits.set(row, 1);
            if (row.dataset.unsaved !== 'ready') { judged.set(row, 1); }
        }
        if (waiting().length) { later(PAUSE); }
        form.addEventListener('input', change);
        form.addEventListener('focusout', leave);
        form.addEventListener('keydown', press);
        form.addEventListener('submit', send);
        document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden' && !leaving) { save(); } });
        window.addEventListener('pagehide', () => { if (!leaving) { save(); } });
        window.addEventListener('beforeunload', (event) => {
            if (leaving || !unsaved().length) { return; }
            save();
            event.preventDefault();
        });
    }
}
