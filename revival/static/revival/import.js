'use strict';
// A file that is being read goes on by itself; without script its button does.
{
    const form = document.querySelector('form[data-onward]');
    if (form) { setTimeout(() => form.requestSubmit(), 200); }
}
