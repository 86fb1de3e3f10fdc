'use strict';
// Distributes cells that are copied from a spreadsheet over the fields of a table, from the field with the focus on: the
// monthly form, and the rows of a record's page. It only writes text into fields; the server reads it as if it had been
// typed. Rows keep their order: cells of a row that cannot be changed are left out and not moved to the next one.
{
    let status = null;
    const say = (text) => { status.textContent = text; };

    // The cells of the clipboard, by row. A cell with a tab or a line break stands in quotation marks, its own doubled.
    const cellsOf = (text) => {
        const rows = [[]];
        const cell = /("(?:[^"]|"")*"(?=[\t\r\n]|$)|[^\t\r\n]*)(\t|\r\n|\r|\n|$)/y;
        for (let found = cell.exec(text); found; found = cell.exec(text)) {
            const quoted = /^"[^]*"$/.test(found[1]) && found[1].length > 1;
            rows.at(-1).push((quoted ? found[1].slice(1, -1).replaceAll('""', '"') : found[1]).trim());
            if (!found[2]) { break; }
            if (found[2] !== '\t') { rows.push([]); }
        }
        if (rows.length > 1 && rows.at(-1).join('') === '') { rows.pop(); }
        return rows;
    };

    const monthly = (field) => {
        const form = field.closest('form[data-autosave]');
        return form && field.matches('[data-column]') && {
            rows: () => [...form.querySelectorAll('tbody tr')],
            fields: (row) => [...row.querySelectorAll('[data-column]')],
            add: () => false,
        };
    };

    // The rows of a record's page. Their step of review and what the admin keeps with them are no cells.
    const OWN = 'input:not([type=hidden], [type=checkbox]), select, textarea';
    const inline = (field) => {
        const group = field.closest('.inline-group');
        const row = field.closest('tr.form-row');
        if (!group || !row) { return null; }
        const fields = (each) => [...each.querySelectorAll(OWN)]
            .filter((one) => !/-review$/.test(one.name) && !one.closest('.select2-container'));
        return {
            rows: () => [...group.querySelectorAll('tr.form-row:not(.empty-form)')],
            fields,
            add: () => {
                const link = group.querySelector('.add-row a');
                if (!link || !link.getClientRects().length) { return false; }
                link.click();
                return true;
            },
        };
    };

    // Whether the field took the text. A choice takes the words that it shows, or its value.
    const put = (field, text) => {
        const before = field.value;
        if (field.matches('select')) {
            const option = [...field.options].find((each) => text !== '' && [each.text.trim(), each.value].includes(text));
            if (!option) { return false; }
            field.value = option.value;
        } else {
            field.value = text;
            if (field.value.trim() !== text && !field.matches('textarea')) { // a number box refuses other text
                field.value = before;
                return false;
            }
        }
        field.dispatchEvent(new Event('input', {bubbles: true}));
        field.dispatchEvent(new Event('change', {bubbles: true}));
        return true;
    };

    // Fills one row from a column on; gives whether anything was filled in. Blank cells change nothing.
    const fillRow = (row, fields, first, cells, count) => {
        const writable = fields.filter((each) => !each.disabled && !each.readOnly);
        if (!writable.length) { count.closed += 1; return; }
        let filled = false;
        cells.forEach((text, at) => {
            const field = fields[first + at];
            if (text === '') { return; }
            if (!field) { count.wide = Math.max(count.wide, first + at + 1 - fields.length); return; }
            if (put(field, text)) { filled = true; } else { count.unfit += 1; }
        });
        if (filled) { row.dataset.unsaved = ''; count.filled += 1; }
    };

    const fill = (table, field, block) => {
        const start = field.closest('tr');
        const first = table.fields(start).indexOf(field);
        const from = table.rows().indexOf(start);
        const count = {filled: 0, beyond: 0, closed: 0, wide: 0, unfit: 0};
        block.forEach((cells, at) => {
            while (table.rows().length <= from + at && table.add()) { /* rows are added up to the maximum */ }
            const row = table.rows()[from + at];
            if (!row) { count.beyond += 1; return; }
            fillRow(row, table.fields(row), first, cells, count);
        });
        const told = Object.entries(count).filter(([name, number]) => number || name === 'filled');
        say(told.map(([name, number]) => status.dataset[name].replace('{count}', number)).join(' '));
    };

    const paste = (event) => {
        const field = event.target.matches && event.target.matches(OWN) ? event.target : document.activeElement;
        const table = field.matches(OWN) && (monthly(field) || inline(field));
        const block = table ? cellsOf(event.clipboardData.getData('text/plain')) : [];
        // One cell is pasted as the browser does it.
        if (!block.length || (block.length === 1 && block[0].length === 1)) { return; }
        if (table.fields(field.closest('tr')).indexOf(field) < 0) { return; }
        event.preventDefault();
        fill(table, field, block);
    };

    // The admin loads its scripts before the page is there.
    document.addEventListener('DOMContentLoaded', () => {
        status = document.querySelector('[data-paste]');
        if (!status) { return; }
        const open = document.querySelector('[data-column], .inline-group tr.form-row:not(.empty-form) :is(input, select):enabled');
        document.querySelector('[data-paste-hint]').hidden = !open;
        document.addEventListener('paste', paste);
    });
}
