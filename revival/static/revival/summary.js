'use strict';
// Puts the focus on the summary of errors, and from a link in it on the field, or on the box that stands for it.
{
    const summary = document.querySelector('.error-summary');
    const box = (field) => {
        const row = field.classList.contains('select2-hidden-accessible') && field.parentElement;
        return (row && row.querySelector('.select2-selection')) || field;
    };
    // After the admin's own scripts, which put the focus on the first field of a new record.
    window.addEventListener('load', () => summary.focus());
    summary.addEventListener('click', (event) => {
        const link = event.target.closest('a');
        const field = link && document.getElementById(link.hash.slice(1));
        if (field) {
            event.preventDefault();
            (field.closest('tr, .form-row') || field).scrollIntoView({ block: 'center' });
            box(field).focus({ preventScroll: true });
        }
    });
}
