'use strict';
// Fills in the region and the industry at once when an enterprise or park is chosen, as the server would do with blanks.
// What an official chose stays; what was filled in from one choice is filled in again from the next.
{
    const filled = new WeakMap(); // a field: the value that was filled in

    // The sentence below the picker. It is there from the start, as screen readers only read changes of such a line.
    const line = (select) => {
        const made = document.createElement('p');
        made.className = 'help given';
        made.setAttribute('role', 'status');
        select.closest('.form-row, td').append(made);
        return made;
    };

    const put = (field, choice) => {
        if (field.value && filled.get(field) !== field.value) { return false; }
        if (field.value === choice.id) { return false; }
        if (![...field.options].some((option) => option.value === choice.id)) {
            field.add(new Option(choice.text, choice.id));
        }
        field.value = choice.id;
        filled.set(field, choice.id);
        field.dispatchEvent(new Event('change', {bubbles: true}));
        return true;
    };

    const label = (field) => field.labels[0].textContent.replace(/[:：]\s*$/, '').trim();

    const fill = (select, status, given) => {
        const done = Object.entries(given)
            .map(([name, choice]) => [select.form.elements[select.name.replace(/[^-]+$/, name)], choice])
            .filter(([field, choice]) => field && put(field, choice))
            .map(([field]) => `${label(field)} ${field.selectedOptions[0].textContent}`);
        const separator = document.documentElement.lang.startsWith('zh') ? '，' : ', ';
        status.textContent = done.length ? select.dataset.given.replace('{fields}', done.join(separator)) : '';
    };

    window.addEventListener('load', () => {
        for (const select of document.querySelectorAll('select[data-given]')) {
            const status = line(select);
            // The picker tells its choices by an event of jQuery.
            window.django.jQuery(select).on('select2:select', (event) => fill(select, status, event.params.data.given || {}));
        }
    });
}
