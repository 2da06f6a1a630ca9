"""Our kiosk and Chromium as a kiosk, in the same call over the same bad link: what each lets people see and hear."""
