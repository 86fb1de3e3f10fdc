'use strict';
// The box that the admin puts in place of a select with search has no name: it takes that of the select's label.
{
    const name = (root) => {
        for (const select of root.querySelectorAll('select.admin-autocomplete')) {
            const words = select.getAttribute('aria-label') || (select.labels[0] && select.labels[0].textContent);
            const box = select.parentElement.querySelector('.select2-selection__rendered');
            if (words && box) {
                box.setAttribute('aria-label', words.trim());
            }
        }
    };
    // Queued behind the admin's own start, which jQuery may put off until after the page has loaded.
    window.addEventListener('load', () => window.django.jQuery(() => name(document)));
    document.addEventListener('formset:added', (event) => name(event.target));
}
