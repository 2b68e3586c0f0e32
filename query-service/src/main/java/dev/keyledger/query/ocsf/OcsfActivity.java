package dev.keyledger.query.ocsf;

/** What was done, in the numbers that each class has of its own. */
enum OcsfActivity {
  CREATE(OcsfClass.API_ACTIVITY, 1, "Create"),
  UPDATE(OcsfClass.API_ACTIVITY, 3, "Update"),
  DELETE(OcsfClass.API_ACTIVITY, 4, "Delete"),
  LOGON(OcsfClass.AUTHENTICATION, 1, "Logon"),
  LOGOFF(OcsfClass.AUTHENTICATION, 2, "Logoff"),
  /** None of the class's: the name of the type says which. */
  OTHER_OF_API(OcsfClass.API_ACTIVITY, 99, "Other"),
  OTHER_OF_AUTHENTICATION(OcsfClass.AUTHENTICATION, 99, "Other");

  final OcsfClass of;
  final int id;
  final String caption;

  OcsfActivity(OcsfClass of, int id, String caption) {
    this.of = of;
    this.id = id;
    this.caption = caption;
  }

  boolean isOther() {
    return id == 99;
  }

  int typeUid() {
    return of.uid * 100 + id;
  }
}
