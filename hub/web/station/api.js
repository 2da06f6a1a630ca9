/** The hub's HTTP doors for the station page. */

/** What went wrong: `code` is one of wrong_password, too_many, signed_out, refused, unreachable. */
export class ApiError extends Error {
  constructor(code, retryAfterS = null) {
    super(code);
    this.name = "ApiError";
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

const TIMEOUT_MS = 10_000;

export class Api {
  #csrfToken = "";

  /** Who is signed in: `{agent, partner, stations, csrf_token}`; null when nobody is. */
  async me() {
    const response = await this.#fetch("/api/me");
    if (response.status === 401 || response.status === 403) return null;
    this.#check(response);
    const me = await response.json();
    this.#csrfToken = me.csrf_token;
    return me;
  }

  /** False only when the hub says so: a hub that is away says nothing of the sign-in. */
  async isSignedIn() {
    try {
      return (await this.me()) !== null;
    } catch (error) {
      if (error instanceof ApiError) return true;
      throw error;
    }
  }

  /** Sign in. Throws ApiError. */
  async signIn(email, password) {
    const response = await this.#fetch("/api/login", { method: "POST", json: { email, password } });
    if ([401, 422].includes(response.status)) throw new ApiError("wrong_password");
    this.#check(response);
    return this.me();
  }

  /** Sign out; a session that is already over is no error. */
  async signOut() {
    const response = await this.#fetch("/api/logout", { method: "POST" });
    if (response.status !== 401) this.#check(response);
    this.#csrfToken = "";
  }

  /** Whom a call at this station can be passed on to: `{stations, pools, partners}`. Throws ApiError. */
  transferTargets(stationId) {
    return this.#read("/api/station/transfer-targets", stationId);
  }

  /** What the hub decided for this station today, newest first: `{events: [{at, sentence}]}`. Throws ApiError. */
  history(stationId) {
    return this.#read("/api/station/history", stationId);
  }

  /** Milliseconds to the hub and back: the best of three. */
  async roundTripMs() {
    const times = [];
    for (let i = 0; i < 3; i += 1) {
      const start = performance.now();
      await (await this.#fetch("/livez")).arrayBuffer();
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  }

  async #read(path, stationId) {
    const response = await this.#fetch(`${path}?${new URLSearchParams({ station_id: stationId })}`);
    this.#check(response);
    try {
      return await response.json();
    } catch {
      throw new ApiError("unreachable"); // cut off on its way
    }
  }

  #check(response) {
    if (response.ok) return;
    if (response.status === 429) {
      throw new ApiError("too_many", Number.parseInt(response.headers.get("Retry-After") ?? "", 10) || null);
    }
    throw new ApiError(response.status === 401 ? "signed_out" : response.status >= 500 ? "unreachable" : "refused");
  }

  async #fetch(path, { method = "GET", json } = {}) {
    const headers = { Accept: "application/json" };
    if (json !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET" && this.#csrfToken) headers["X-CSRF-Token"] = this.#csrfToken;
    try {
      return await fetch(path, {
        method,
        headers,
        body: json === undefined ? undefined : JSON.stringify(json),
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new ApiError("unreachable");
    }
  }
}
