// All that the login page needs; what waits for the browser comes last.

import "./show-password.js";
import "./clock.js";
import "./passkey-login.js";
