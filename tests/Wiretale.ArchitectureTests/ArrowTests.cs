using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Wiretale.ArchitectureTests;

/// <summary>Arrows between projects run downward only.</summary>
public class ArrowTests
{
    /// <summary>What each project may know. A new project gets its line here.</summary>
    static readonly Dictionary<string, string[]> allowed = new(StringComparer.Ordinal)
    {
        ["Wiretale.Wire"] = [],
        ["Wiretale.Capture"] = ["Wiretale.Wire"],
        ["Wiretale.Dissection"] = ["Wiretale.Wire", "Wiretale.Capture"],
        ["Wiretale.Analysis"] = ["Wiretale.Wire", "Wiretale.Capture", "Wiretale.Dissection"],
        ["Wiretale.Lab"] = ["Wiretale.Wire", "Wiretale.Capture"], // never Dissection: an endpoint must reject what a dissector shows
        ["Wiretale.Web"] = ["Wiretale.Wire", "Wiretale.Capture", "Wiretale.Dissection", "Wiretale.Analysis", "Wiretale.Lab"],
        ["Wiretale.Cli"] = ["Wiretale.Wire", "Wiretale.Capture", "Wiretale.Dissection", "Wiretale.Analysis", "Wiretale.Lab", "Wiretale.Web"],
    };

    public static TheoryData<string> Projects => [.. Checkout.Projects("src")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectFilesPointDownward(string project)
    {
        var references = XDocument.Load(Path.Combine(Checkout.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference").Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));

        Assert.Empty(references.Except(allowed[project], StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void AssembliesPointDownward(string project)
    {
        // What the compiler wrote down also knows the references that came in through another project.
        string assembly = string.Equals(project, "Wiretale.Cli", StringComparison.Ordinal) ? "wiretale" : project;
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        MetadataReader metadata = file.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => name.StartsWith("Wiretale", StringComparison.OrdinalIgnoreCase));

        Assert.Empty(references.Except(allowed[project], StringComparer.Ordinal));
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var listed = XDocument.Load(Path.Combine(Checkout.Root, "Wiretale.slnx")).Descendants("Project")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Path")!.Value));
        string[] present = [.. Checkout.Projects("src"), .. Checkout.Projects("tests"), .. Checkout.Projects("bench")];

        Assert.Equal(present.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
