'use strict';
// Gives the admin's search box the name of the select that it replaces, as it has none of its own.
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
    // Runs after the admin's own start, which jQuery may delay until the page has loaded.
    window.addEventListener('load', () => window.django.jQuery(() => name(document)));
    document.addEventListener('formset:added', (event) => name(event.target));
}
