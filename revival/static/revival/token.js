'use strict';
// A form takes the token that the browser has now: signing in again in another window makes a new one.
document.addEventListener('submit', (event) => {
    const field = event.target.elements.csrfmiddlewaretoken;
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (field && cookie && event.target.method === 'post') { field.value = cookie[1]; }
}, true);
// The way back asks for the page again, as no page is cached. Its form stays the one that was sent from there.
// The page that is opened again by its address, by a link or by reloading is blank, and so is a form of its own,
// though browsers keep the state of its place in the history.
{
    const field = document.querySelector('.bar [name=form_token]');
    if (field) {
        const known = history.state || {};
        const [way] = performance.getEntriesByType('navigation');
        const back = way && way.type === 'back_forward';
        // A form that changes a record has its version, so a used token would only refuse a second change.
        if (back && known.formToken && 'add' in field.dataset) { field.value = known.formToken; }
        history.replaceState({...known, formToken: field.value}, '');
    }
}
