package dev.perdure.server;

/** A placeholder: says where the web root is and ends. */
public final class Main {

  private Main() {}

  /** Starts the server. */
  public static void main(String[] args) {
    System.out.println("The web root is " + System.getProperty("perdure.webroot") + ".");
  }
}
