package dev.berth.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Native memory and pointers stay in one package. */
class BoundariesTest {

  @Test
  void onlyThisPackageKnowsJnr() {
    var berth =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.berth");
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.berth.kernel")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai..", "java.lang.foreign..")
        .because("system calls are made through dev.berth.kernel")
        .check(berth);
    noClasses()
        .that()
        .resideInAPackage("dev.berth.kernel")
        .and()
        .doNotHaveSimpleName("NativeCalls")
        .and()
        .haveNameNotMatching(".*NativeCalls\\$Loaded")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai..")
        .because("one class calls C")
        .check(berth);
  }
}
