'use strict';
// A form takes the token that the browser has now: signing in again in another window makes a new one.
document.addEventListener('submit', (event) => {
    const field = event.target.elements.csrfmiddlewaretoken;
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (field && cookie && event.target.method === 'post') { field.value = cookie[1]; }
}, true);
