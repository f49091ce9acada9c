namespace Wiretale.Capture.Live;

/// <summary>A live capture cannot start or go on; the message is for the user, in tshark's words where it has some.</summary>
public sealed class LiveCaptureException(string message) : Exception(message);
