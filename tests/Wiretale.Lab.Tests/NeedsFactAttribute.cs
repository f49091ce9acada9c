namespace Wiretale.Lab.Tests;

/// <summary>A test with a program that is not ours; skipped, saying so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NeedsFactAttribute : FactAttribute
{
    public NeedsFactAttribute(params string[] programs) => Skip = Missing(programs);

    /// <summary>What to say when one of the programs is missing, or null.</summary>
    internal static string? Missing(string[] programs) =>
        Array.Find(programs, program => !Folders.Any(folder => File.Exists(Path.Combine(folder, program)))) is { } missing ? $"{missing} is not installed." : null;

    static string[] Folders => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
}

/// <inheritdoc cref="NeedsFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(params string[] programs) => Skip = NeedsFactAttribute.Missing(programs);
}
