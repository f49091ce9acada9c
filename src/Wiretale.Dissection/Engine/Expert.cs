namespace Wiretale.Dissection.Engine;

/// <summary>How serious an expert item is; Wireshark's PI_* severities with their numbers.</summary>
public enum Severity
{
    Comment = 0x00100000, Chat = 0x00200000, Note = 0x00400000, Warning = 0x00600000, Error = 0x00800000,
}

/// <summary>What an expert item is about; Wireshark's PI_* groups with their numbers.</summary>
public enum ExpertGroup
{
    Checksum = 0x01000000, Sequence = 0x02000000, Response = 0x03000000, Request = 0x04000000, Undecoded = 0x05000000,
    Reassemble = 0x06000000, Malformed = 0x07000000, Debug = 0x08000000, Protocol = 0x09000000, Security = 0x0a000000,
    Comments = 0x0b000000, Decryption = 0x0c000000, Assumption = 0x0d000000, Deprecated = 0x0e000000,
}

/// <summary>A remark that a dissector makes about a packet, with a severity and a group; declared once per protocol.</summary>
/// <param name="Field">The field by which a filter finds it.</param>
/// <param name="Severity">How serious it is.</param>
/// <param name="Group">What it is about.</param>
/// <param name="Summary">The text, unless the packet gives its own.</param>
public sealed record Expert(Field Field, Severity Severity, ExpertGroup Group, string Summary);

/// <summary>The names that Wireshark prints for severities and groups.</summary>
public static class ExpertNames
{
    /// <summary>Name of a severity, such as <c>Note</c>.</summary>
    public static string Name(this Severity severity) => severity switch
    {
        Severity.Comment => "Comment",
        Severity.Chat => "Chat",
        Severity.Note => "Note",
        Severity.Warning => "Warning",
        _ => "Error",
    };

    /// <summary>Name of a group, such as <c>Sequence</c>.</summary>
    public static string Name(this ExpertGroup group) => group switch
    {
        ExpertGroup.Checksum => "Checksum",
        ExpertGroup.Sequence => "Sequence",
        ExpertGroup.Response => "Response",
        ExpertGroup.Request => "Request",
        ExpertGroup.Undecoded => "Undecoded",
        ExpertGroup.Reassemble => "Reassemble",
        ExpertGroup.Malformed => "Malformed",
        ExpertGroup.Debug => "Debug",
        ExpertGroup.Protocol => "Protocol",
        ExpertGroup.Security => "Security",
        ExpertGroup.Comments => "Comment",
        ExpertGroup.Decryption => "Decryption",
        ExpertGroup.Assumption => "Assumption",
        ExpertGroup.Deprecated => "Deprecated",
        _ => "Unknown",
    };
}
