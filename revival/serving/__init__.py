"""How the site is served: gunicorn, its log, the health check and the error pages."""
