package dev.keyledger.query.ocsf;

/** The two classes of OCSF that history is told in. */
enum OcsfClass {
  API_ACTIVITY(6003, "API Activity", 6, "Application Activity"),
  AUTHENTICATION(3002, "Authentication", 3, "Identity & Access Management");

  final int uid;
  final String caption;
  final int category;
  final String categoryCaption;

  OcsfClass(int uid, String caption, int category, String categoryCaption) {
    this.uid = uid;
    this.caption = caption;
    this.category = category;
    this.categoryCaption = categoryCaption;
  }
}
