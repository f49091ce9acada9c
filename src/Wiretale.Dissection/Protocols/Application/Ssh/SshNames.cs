using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Ssh;

/// <summary>Families of key exchange methods: each has its own meaning for message codes 30 to 49.</summary>
enum SshKex : byte
{
    None, DiffieHellman, GroupExchange, EllipticCurve,
}

/// <summary>Message codes and their names: RFC 4250 section 4.1, RFC 4419 section 5, RFC 5656 section 7.1.</summary>
static class SshNames
{
    public static readonly ValueNames Messages = ValueNames.Of(() => [
        (1, "Disconnect"), (2, "Ignore"), (3, "Unimplemented"), (4, "Debug"), (5, "Service Request"), (6, "Service Accept"), (20, "Key Exchange Init"),
        (21, "New Keys"), (50, "User Authentication Request"), (51, "User Authentication Failure"), (52, "User Authentication Success"),
        (53, "User Authentication Banner"), (60, "Public Key algorithm accepted"), (80, "Global Request"), (81, "Request Success"), (82, "Request Failure"),
        (90, "Channel Open"), (91, "Channel Open Confirmation"), (92, "Channel Open Failure"), (93, "Window Adjust"), (94, "Channel Data"),
        (95, "Channel Extended Data"), (96, "Channel EOF"), (97, "Channel Close"), (98, "Channel Request"), (99, "Channel Success"), (100, "Channel Failure")]);

    /// <summary>What version 1 sends before it encrypts, or null.</summary>
    public static string? OfVersion1(int code) => code switch { 1 => "Disconnect", 2 => "Public Key", 3 => "Session Key", _ => null };

    /// <summary>A message's name, or null.</summary>
    public static string? Of(int code, SshKex kex) => code is < 30 or >= 50 ? Messages.Find((uint)code) : (kex, code) switch
    {
        (SshKex.EllipticCurve, 30) => "Elliptic Curve Diffie-Hellman Key Exchange Init",
        (SshKex.EllipticCurve, 31) => "Elliptic Curve Diffie-Hellman Key Exchange Reply",
        (SshKex.GroupExchange, 30) => "Diffie-Hellman Group Exchange Request (Old)",
        (SshKex.GroupExchange, 31) => "Diffie-Hellman Group Exchange Group",
        (SshKex.GroupExchange, 32) => "Diffie-Hellman Group Exchange Init",
        (SshKex.GroupExchange, 33) => "Diffie-Hellman Group Exchange Reply",
        (SshKex.GroupExchange, 34) => "Diffie-Hellman Group Exchange Request",
        (SshKex.None or SshKex.DiffieHellman, 30) => "Diffie-Hellman Key Exchange Init",
        (SshKex.None or SshKex.DiffieHellman, 31) => "Diffie-Hellman Key Exchange Reply",
        _ => null,
    };
}
