using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols;

/// <summary>Times between the frames of a run, and what of a frame's item is filled in at its end.</summary>
public sealed class FrameTimes
{
    Timestamp first, previous, displayed;
    int lastFrame;

    /// <summary>Whether the frame that passed last was displayed; a filter that runs beside the engine says so before the next one passes.</summary>
    public bool LastWasDisplayed { get; set; } = true;

    /// <summary>Time since the first frame.</summary>
    public Timestamp SinceFirst { get; private set; }

    /// <summary>Time since the frame before; 0 for the first.</summary>
    public Timestamp SincePrevious { get; private set; }

    /// <summary>Time since the last frame that was displayed; 0 when there is none.</summary>
    public Timestamp SinceDisplayed { get; private set; }

    /// <summary>The item of <c>frame.protocols</c>, whose text is known when the whole frame has been taken apart.</summary>
    internal Node Protocols { get; set; }

    /// <summary>The next frame; a frame without a time counts as at 0.</summary>
    internal void Pass(Timestamp time, int frame)
    {
        if (lastFrame == 0)
        {
            (first, previous, displayed) = (time, time, time);
        }
        else if (LastWasDisplayed)
        {
            displayed = previous;
        }

        SinceFirst = time - first;
        SincePrevious = time - previous;
        SinceDisplayed = time - displayed;
        previous = time;
        lastFrame = frame;
        LastWasDisplayed = true;
    }
}
