package dev.perdure.web.api;

/** Which methods a resource answers. HEAD is answered like GET. */
enum Methods {
  READ("GET, HEAD"),
  CHANGE("POST"),
  READ_AND_CHANGE("GET, HEAD, POST");

  private final String allowed;

  Methods(String allowed) {
    this.allowed = allowed;
  }

  /** As the header Allow names them. */
  String allowed() {
    return allowed;
  }

  boolean takesGet() {
    return this != CHANGE;
  }

  boolean takesPost() {
    return this != READ;
  }
}
