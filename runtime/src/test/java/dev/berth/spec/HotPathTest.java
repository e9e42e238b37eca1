package dev.berth.spec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.berth.spec.oci.OciJson;
import org.junit.jupiter.api.Test;

class HotPathTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.berth.spec");

  /** An annotation, and what its members name, is loaded by whoever asks for it. */
  private static final DescribedPredicate<JavaClass> LOADED =
      DescribedPredicate.describe(
          "of the JSON library and not only named by an annotation",
          c ->
              c.getPackageName().startsWith("com.fasterxml")
                  && !c.isAnnotation()
                  && !c.getName().matches(".*\\$(None|Inclusion|Typing)"));

  @Test
  void onlyReadersAndWritersOfJsonLoadItsLibrary() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(OciJson.class, SeccompProfileFile.class)
        .and()
        .haveNameNotMatching(".*\\.Unsigned(\\$.*)?") // converters, which only the library calls
        .should()
        .dependOnClassesThat(LOADED)
        .check(classes);
  }

  @Test
  void nothingHereCallsTheKernel() {
    noClasses().should().dependOnClassesThat().resideInAPackage("jnr..").check(classes);
  }
}
