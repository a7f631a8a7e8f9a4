// Something that happens once. Listeners that come late are told at once, so nobody has to ask first.

export class Occasion {
  #listeners: (() => void)[] | undefined = [];

  add(listener: () => void): void {
    if (this.#listeners === undefined) listener();
    else this.#listeners.push(listener);
  }

  happen(): void {
    const listeners = this.#listeners;
    this.#listeners = undefined;
    if (listeners !== undefined) for (const listener of listeners) listener();
  }
}
