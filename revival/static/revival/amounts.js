'use strict';
// Shows beside an amount, as it is typed, what it comes to in the unit of large sums. Without this script the server
// does so after a save or a refusal. The grammar is that of revival/records/reading.py, and what it refuses shows nothing.
{
    const UNITS = {
        '': 4, 元: 0, 万: 4, 万元: 4, 亿: 8, 亿元: 8, 十亿元: 9, yuan: 0, '× 10,000 yuan': 4, 'billion yuan': 9,
    };
    const BLANKS = ' \\t\\r\\n\\u00a0\\u3000';
    const AROUND = new RegExp(`^[${BLANKS}]+|[${BLANKS}]+$`, 'g');
    const BETWEEN = new RegExp(`[${BLANKS}]+`, 'g');
    const NUMBER = new RegExp('^(-?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\\.([0-9]+))?' +
        `(?:[${BLANKS}]*([^0-9.,${BLANKS}-].*))?$`);
    const FEN = 2; // decimals of a yuan that are kept
    const LONGEST = 20;

    const folded = (text) => text.replace(/[０-９．，－]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xFEE0))
        .replace(AROUND, '');

    // The amount in units of 10 to the power; empty if it is no amount.
    const scaled = (text, power) => {
        const found = folded(text).match(NUMBER);
        const unit = found && (found[4] || '').replace(BETWEEN, ' ');
        if (!found || !Object.hasOwn(UNITS, unit)) { return ''; }
        const whole = found[2].replaceAll(',', '').replace(/^0+/, '');
        const part = (found[3] || '').replace(/0+$/, '');
        if (part.length > UNITS[unit] + FEN || whole.length + UNITS[unit] > LONGEST) { return ''; }
        if (found[1] && whole + part) { return ''; } // no amount is negative
        const places = power - UNITS[unit] + part.length;
        const digits = (whole + part + '0'.repeat(Math.max(0, -places))).padStart(Math.max(0, places) + 1, '0');
        const at = digits.length - Math.max(0, places);
        const before = digits.slice(0, at).replace(/^0+(?=.)/, '').replace(/\B(?=(\d{3})+$)/g, ',');
        const behind = digits.slice(at).replace(/0+$/, '');
        return behind ? `${before}.${behind}` : before;
    };

    const show = (field) => {
        const meaning = field.nextElementSibling;
        if (!meaning || !meaning.matches('.meaning')) { return; }
        const amount = scaled(field.value, Number(meaning.dataset.power));
        const text = amount && meaning.dataset.words.replace('{}', amount);
        if (meaning.textContent !== text) { meaning.textContent = text; }
    };

    document.addEventListener('input', (event) => show(event.target));
    // What a browser or another script filled in again.
    window.addEventListener('load', () => document.querySelectorAll('.meaning').forEach((each) => show(each.previousElementSibling)));
}
