// An answer other than success, on its way to the client: HTTP status and one line of text, as Consul answers.

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
