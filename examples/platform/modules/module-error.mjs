/** A failure of the platform with the code of the unified taxonomy by which Center is told of it. */
export class ModuleError extends Error {
  /** @param {string} code @param {string} message @param {number} [status] what the caller is answered */
  constructor(code, message, status = 500) {
    super(message);
    this.name = "ModuleError";
    this.code = code;
    this.status = status;
  }
}
